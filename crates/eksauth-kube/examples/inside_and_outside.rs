//! The same program on a laptop, with a kubeconfig whose tokens are signed in process, and inside a pod, with
//! its service account.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo run -- sandbox -- cargo run -p eksauth-kube --example inside_and_outside
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a program prints is up to it"
)]

use std::error::Error;
use std::process::ExitCode;

use eksauth_kube::k8s_openapi::api::core::v1::Namespace;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::{Api, ResourceExt as _};

#[tokio::main]
async fn main() -> ExitCode {
    match list_namespaces().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", told(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn list_namespaces() -> Result<(), Box<dyn Error>> {
    let client = eksauth_kube::infer().await?;

    let namespaces: Api<Namespace> = Api::all(client);
    for namespace in namespaces.list(&ListParams::default()).await? {
        println!("{}", namespace.name_any());
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
