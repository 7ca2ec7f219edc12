//! The pods of a cluster that is given by its name; `demo` unless another one is named. Region and
//! credentials are those that the AWS CLI would use.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example list_pods && cargo run -- sandbox -- target/debug/examples/list_pods
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow tokio --features tokio/full
//! ```

#![allow(clippy::print_stdout, reason = "what a program prints is up to it")]

use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::{Api, ResourceExt as _};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
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
