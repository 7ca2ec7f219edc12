//! A web service that asks the cluster for each request, with one client for all of them. It listens on
//! `127.0.0.1`, on the port `PORT` or on a free one, says where, and ends with Ctrl-C.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo run -- sandbox -- cargo run -p eksauth-kube --example axum_service
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a program prints, and reads of its environment, is up to it"
)]

use std::error::Error;
use std::process::ExitCode;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::{Api, Client, ResourceExt as _};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", told(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
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
        eprintln!("error: {}", told(&error));
        StatusCode::BAD_GATEWAY
    })?;
    Ok(found.iter().map(|it| it.name_any() + "\n").collect())
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
