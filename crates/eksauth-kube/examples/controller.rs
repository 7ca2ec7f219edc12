//! Tells of each change of a pod, for days: tokens are renewed behind its back, and a watch that ends is
//! taken up where it ended. Ctrl-C ends it.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example controller && cargo run -- sandbox -- target/debug/examples/controller
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow futures-util tokio --features eksauth-kube/runtime,tokio/full
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a program prints is up to it"
)]

use std::pin::pin;

use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::runtime::watcher::Event;
use eksauth_kube::kube::runtime::{WatchStreamExt as _, watcher};
use eksauth_kube::kube::{Api, ResourceExt as _};
use futures_util::StreamExt as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
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
            Err(error) => eprintln!("will try again: {:#}", anyhow::Error::from(error)),
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
