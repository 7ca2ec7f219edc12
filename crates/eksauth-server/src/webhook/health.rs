//! The health port, for probes that do not speak TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::answer::{self, Answer};
use super::serving::{Respond, Serving};
use super::{WebhookLimits, WebhookMetrics};

/// Probes come one at a time; this port often listens on all interfaces.
const MOST_CONNECTIONS: usize = 256;

/// Probes are small and wait a second or so for their answer. Who is slower than this keeps others
/// from it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves plain HTTP, where every path and method is answered with 200 and `ok`, until `shutdown` is
/// cancelled. It says that the process lives, and no more: `/readyz` of the webhook says the rest.
///
/// `aws-iam-authenticator` does so on port 21363 of all interfaces.
pub async fn serve_health(listener: TcpListener, shutdown: &CancellationToken) {
    let limits = WebhookLimits {
        max_connections: MOST_CONNECTIONS,
        header_timeout: PATIENCE,
        idle_timeout: PATIENCE,
        ..WebhookLimits::default()
    };
    let serving = Serving {
        responder: Alive,
        certificates: None,
        limits: Arc::new(limits),
        metrics: WebhookMetrics::default(),
    };
    serving.until(listener, shutdown).await;
}

#[derive(Clone)]
struct Alive;

impl Respond for Alive {
    async fn respond(&self, _request: Request<Incoming>, _client: SocketAddr) -> Answer {
        answer::text(StatusCode::OK, "ok")
    }
}
