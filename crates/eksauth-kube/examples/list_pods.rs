//! The pods of a cluster that is given by its name; `demo` unless another one is named. Region and
//! credentials are those that the AWS CLI would use.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo run -- sandbox -- cargo run -p eksauth-kube --example list_pods
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a program prints is up to it"
)]

use std::error::Error;
use std::process::ExitCode;

use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::{Api, ResourceExt as _};

#[tokio::main]
async fn main() -> ExitCode {
    match list_pods().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", told(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn list_pods() -> Result<(), Box<dyn Error>> {
    let cluster = std::env::args().nth(1);
    let client = eksauth_kube::connect(cluster.as_deref().unwrap_or("demo")).await?;

    let pods: Api<Pod> = Api::all(client);
    for pod in pods.list(&ListParams::default()).await? {
        let namespace = pod.namespace().unwrap_or_default();
        let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
        println!("{namespace}/{} {}", pod.name_any(), phase.unwrap_or("-"));
    }
    Ok(())
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
