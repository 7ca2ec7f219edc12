//! Tells of each change of a pod, for days: tokens are renewed behind its back, and a watch that ends is
//! taken up where it ended. Ctrl-C ends it.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo run -- sandbox -- cargo run -p eksauth-kube --example controller
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a program prints is up to it"
)]

use std::error::Error;
use std::pin::pin;
use std::process::ExitCode;

use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::runtime::watcher::Event;
use eksauth_kube::kube::runtime::{WatchStreamExt as _, watcher};
use eksauth_kube::kube::{Api, ResourceExt as _};
use futures_util::StreamExt as _;

#[tokio::main]
async fn main() -> ExitCode {
    match control().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", told(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn control() -> Result<(), Box<dyn Error>> {
    let cluster = std::env::args().nth(1);
    let client = eksauth_kube::connect(cluster.as_deref().unwrap_or("demo")).await?;

    let pods: Api<Pod> = Api::all(client);
    // What goes wrong on the way is tried again, at growing intervals.
    let changes = watcher(pods, watcher::Config::default()).default_backoff();
    let mut changes = pin!(changes.take_until(tokio::signal::ctrl_c()));
    while let Some(change) = changes.next().await {
        match change {
            Ok(Event::InitApply(pod)) => tell("found", &pod),
            Ok(Event::Apply(pod)) => tell("changed", &pod),
            Ok(Event::Delete(pod)) => tell("deleted", &pod),
            Ok(Event::Init | Event::InitDone) => {}
            Err(error) => eprintln!("will try again: {}", told(&error)),
        }
    }
    println!("the end");
    Ok(())
}

fn tell(what: &str, pod: &Pod) {
    let namespace = pod.namespace().unwrap_or_default();
    let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
    println!(
        "{what} {namespace}/{} {}",
        pod.name_any(),
        phase.unwrap_or("-")
    );
}

/// An error with its causes.
fn told(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_told = cause.to_string();
        // Some errors of kube tell their cause themselves.
        if !told.contains(&cause_told) {
            told = format!("{told}: {cause_told}");
        }
        next = cause.source();
    }
    told
}
