//! From a path to what answers it.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use prometheus_client::encoding::text::encode;
use tokio_util::sync::CancellationToken;

use super::Authenticate;
use super::answer::{self, Answer};
use super::judge::Judge;
use super::serving::Respond;

pub(super) struct Routes<A> {
    pub(super) judge: Arc<Judge<A>>,
    pub(super) shutdown: CancellationToken,
}

impl<A: Authenticate> Respond for Routes<A> {
    async fn respond(&self, request: Request<Incoming>, client: SocketAddr) -> Answer {
        match request.uri().path() {
            "/authenticate" => self.judge.review(request, client).await,
            "/healthz" => answer::text(StatusCode::OK, "ok"),
            "/readyz" => self.readiness(),
            "/metrics" => self.metrics(),
            _ => not_found(),
        }
    }
}

impl<A: Authenticate> Routes<A> {
    fn readiness(&self) -> Answer {
        let mut missing = self.judge.readiness.missing();
        if self.judge.certificates.has_expired() {
            missing.push("a certificate that has not expired".to_owned());
        }
        if self.shutdown.is_cancelled() {
            missing.push("a server that is not shutting down".to_owned());
        }
        match missing.is_empty() {
            true => answer::text(StatusCode::OK, "ok"),
            false => {
                let text = format!("not ready, missing: {}\n", missing.join(", "));
                answer::text(StatusCode::SERVICE_UNAVAILABLE, text)
            }
        }
    }

    fn metrics(&self) -> Answer {
        let Some(registry) = &self.judge.registry else {
            return not_found();
        };
        let mut text = String::new();
        match encode(&mut text, registry) {
            Ok(()) => answer::metrics(text),
            Err(_) => answer::error(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the metrics cannot be shown",
            ),
        }
    }
}

fn not_found() -> Answer {
    answer::error(StatusCode::NOT_FOUND, "404 page not found")
}

impl<A> Clone for Routes<A> {
    fn clone(&self) -> Self {
        Self {
            judge: Arc::clone(&self.judge),
            shutdown: self.shutdown.clone(),
        }
    }
}
