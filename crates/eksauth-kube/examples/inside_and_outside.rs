//! The same program on a laptop, with a kubeconfig whose tokens are signed in process, and inside a pod, with
//! its service account.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example inside_and_outside && cargo run -- sandbox -- target/debug/examples/inside_and_outside
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow tokio --features tokio/full
//! ```

#![allow(clippy::print_stdout, reason = "what a program prints is up to it")]

use eksauth_kube::k8s_openapi::api::core::v1::Namespace;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::{Api, ResourceExt as _};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = eksauth_kube::infer().await?;

    let namespaces: Api<Namespace> = Api::all(client);
    for namespace in namespaces.list(&ListParams::default()).await? {
        println!("{}", namespace.name_any());
    }
    Ok(())
}
