//! An API server that refuses tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use eksauth_kube::kube::client::Body;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response, StatusCode};
use tokio::sync::Barrier;
use tower::{BoxError, Service};

#[derive(Clone, Copy)]
pub(super) enum Refuses {
    /// All requests with it at the same time, when there are so many.
    TheOldToken {
        until_there_are: usize,
    },
    AllTokens,
}

#[derive(Clone)]
pub(super) struct Server(Arc<State>);

struct State {
    refuses: Refuses,
    old: HeaderValue,
    waiting: Barrier,
    requests: AtomicUsize,
}

impl Server {
    pub(super) fn new(refuses: Refuses, old: &HeaderValue) -> Self {
        let together = match refuses {
            Refuses::TheOldToken { until_there_are } => until_there_are,
            Refuses::AllTokens => 1,
        };
        Self(Arc::new(State {
            refuses,
            old: old.clone(),
            waiting: Barrier::new(together),
            requests: AtomicUsize::new(0),
        }))
    }

    pub(super) fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }
}

impl State {
    async fn answer(&self, request: Request<Body>) -> StatusCode {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let is_old = request.headers().get(AUTHORIZATION) == Some(&self.old);
        if is_old {
            self.waiting.wait().await;
        }
        match self.refuses {
            Refuses::TheOldToken { .. } if !is_old => StatusCode::OK,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
}

impl Service<Request<Body>> for Server {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let state = Arc::clone(&self.0);
        Box::pin(async move {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = state.answer(request).await;
            Ok(answer)
        })
    }
}
