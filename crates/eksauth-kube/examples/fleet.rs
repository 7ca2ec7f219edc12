//! How clusters in several regions are doing, asked all at the same time. They are given as
//! `REGION/NAME`; one that cannot be reached is no reason not to tell of the others.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example fleet && cargo run -- sandbox -- target/debug/examples/fleet
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow futures-util tokio --features tokio/full
//! ```

#![allow(clippy::print_stdout, reason = "what a program prints is up to it")]

use anyhow::Context as _;
use eksauth_kube::Clusters;
use eksauth_kube::eksauth::token::Region;
use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::Api;
use eksauth_kube::kube::api::ListParams;
use futures_util::future::join_all;

/// In the sandbox there is the first one alone.
const UNLESS_NAMED: [&str; 3] = ["eu-west-1/demo", "eu-west-1/creating", "us-east-1/demo"];

#[tokio::main]
async fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let named = match named.is_empty() {
        true => UNLESS_NAMED.map(str::to_owned).to_vec(),
        false => named,
    };
    // They share credentials, and what renews their tokens.
    let clusters = Clusters::new();
    let rows = join_all(named.iter().map(|it| row(&clusters, it))).await;
    println!("{:<24} {:<24} {:>5}", "CLUSTER", "VERSION", "PODS");
    for (cluster, row) in named.iter().zip(rows) {
        match row {
            Ok(Row { version, pods }) => println!("{cluster:<24} {version:<24} {pods:>5}"),
            Err(error) => println!("{cluster:<24} {error:#}"),
        }
    }
}

struct Row {
    version: String,
    pods: usize,
}

async fn row(clusters: &Clusters, cluster: &str) -> anyhow::Result<Row> {
    let (region, name) = cluster
        .split_once('/')
        .with_context(|| format!("expected `REGION/NAME`, but found `{cluster}`"))?;
    let client = clusters.client_in(&Region::new(region)?, name).await?;
    let pods: Api<Pod> = Api::all(client.clone());
    Ok(Row {
        version: client.apiserver_version().await?.git_version,
        pods: pods.list(&ListParams::default()).await?.items.len(),
    })
}
