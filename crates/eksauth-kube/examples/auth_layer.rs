//! A client that is put together by hand, with layers of one's own around the one that logs in: here one
//! that lets only a few requests through at a time.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example auth_layer && cargo run -- sandbox -- target/debug/examples/auth_layer
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow tokio tower --features tokio/full,tower/limit
//! ```

#![allow(clippy::print_stdout, reason = "what a program prints is up to it")]

use eksauth_kube::k8s_openapi::api::core::v1::Namespace;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::client::ClientBuilder;
use eksauth_kube::kube::{Api, ResourceExt as _};
use eksauth_kube::{AuthLayer, EksClientBuilder};
use tower::limit::ConcurrencyLimitLayer;

const AT_A_TIME: usize = 16;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let connection = EksClientBuilder::new("demo").resolve().await?;
    // Any `TokenSource` would do, and any configuration of kube without credentials.
    let (config, tokens) = (connection.config(), connection.token_source());
    let client = ClientBuilder::try_from(config.clone())?
        .with_layer(&AuthLayer::new(tokens.clone()))
        .with_layer(&ConcurrencyLimitLayer::new(AT_A_TIME))
        .build();

    let namespaces: Api<Namespace> = Api::all(client);
    for namespace in namespaces.list(&ListParams::default()).await? {
        println!("{}", namespace.name_any());
    }
    Ok(())
}
