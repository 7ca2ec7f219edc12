//! A web service that asks the cluster for each request, with one client for all of them. It listens on
//! `127.0.0.1`, on the port `PORT` or on a free one, says where, and ends with Ctrl-C.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example axum_service && cargo run -- sandbox -- target/debug/examples/axum_service
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow axum tokio --features tokio/full
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a program prints, and reads of its environment, is up to it"
)]

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::{Api, Client, ResourceExt as _};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = eksauth_kube::connect("demo").await?;
    let service = Router::new()
        .route("/pods/{namespace}", get(pods))
        .with_state(client);

    let port = std::env::var("PORT").unwrap_or_else(|_| "0".to_owned());
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    println!(
        "listening on http://{}/pods/default",
        listener.local_addr()?
    );
    let interrupted = async {
        // Without the signal, it is ended as any program is.
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, service)
        .with_graceful_shutdown(interrupted)
        .await?;
    Ok(())
}

/// The names of the pods, a line each. The client costs nothing to clone.
async fn pods(
    State(client): State<Client>,
    Path(namespace): Path<String>,
) -> Result<String, StatusCode> {
    let pods: Api<Pod> = Api::namespaced(client, &namespace);
    let found = pods.list(&ListParams::default()).await.map_err(|error| {
        // Why is not the visitor's business.
        eprintln!("error: {:#}", anyhow::Error::from(error));
        StatusCode::BAD_GATEWAY
    })?;
    Ok(found.iter().map(|it| it.name_any() + "\n").collect())
}
