//! An API server that speaks what the sandbox's does not: `exec`, `attach`, `port-forward` and logs.

mod door;
mod port;
mod terminal;
mod web_socket;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use futures_util::stream;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::broadcast;

pub(crate) use door::{Door, Knock, REFUSAL};

use web_socket::upgrade;

#[derive(Clone)]
pub(crate) struct ApiServer {
    address: SocketAddr,
    door: Arc<Door>,
    lines: broadcast::Sender<String>,
}

impl ApiServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            door: Arc::default(),
            lines: broadcast::Sender::new(64),
        };
        let router = Router::new().fallback(serve).with_state(server.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        server
    }

    pub(crate) fn url(&self) -> Uri {
        format!("http://{}", self.address).parse().unwrap()
    }

    /// Who comes in, and who came.
    pub(crate) fn door(&self) -> &Door {
        &self.door
    }

    /// Sends a line to whoever follows a log or watches.
    pub(crate) fn say(&self, line: &str) {
        self.lines.send(format!("{line}\n")).unwrap();
    }
}

async fn serve(State(server): State<ApiServer>, request: Request) -> Response {
    if let Err(refusal) = server.door.admit(&request).await {
        return refusal;
    }
    let uri = request.uri().clone();
    let query = uri.query().unwrap_or_default().to_owned();
    let is_watch = query.contains("watch=true");
    match uri.path().rsplit('/').next().unwrap_or_default() {
        "exec" => upgrade(request, |socket| terminal::serve(socket, "exec")),
        "attach" => upgrade(request, |socket| terminal::serve(socket, "attach")),
        "portforward" => upgrade(request, move |socket| port::serve(socket, query)),
        "log" => said(&server),
        _ if is_watch => said(&server),
        _ if request.method() == Method::POST => echo(request).await,
        name => Json(pod(name)).into_response(),
    }
}

/// What is said from now on.
fn said(server: &ApiServer) -> Response {
    let lines = stream::unfold(server.lines.subscribe(), async |mut lines| {
        let line = lines.recv().await.ok()?;
        Some((Ok::<_, Infallible>(Bytes::from(line)), lines))
    });
    Body::from_stream(lines).into_response()
}

async fn echo(request: Request) -> Response {
    const LARGEST: usize = 1024 * 1024;
    let body = to_bytes(request.into_body(), LARGEST).await.unwrap();
    (StatusCode::CREATED, body).into_response()
}

pub(crate) fn pod(name: &str) -> serde_json::Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "namespace": "default", "resourceVersion": "7" },
    })
}
