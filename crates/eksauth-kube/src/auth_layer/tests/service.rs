//! A client that answers what its test says.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::future::{BoxFuture, FutureExt as _};
use http::{Extensions, HeaderMap, Method, Response, Uri};
use tokio::sync::Semaphore;
use tower::{BoxError, Service};

use super::*;

/// Answers in order, and 200 after the last. Clones are the same.
#[derive(Clone)]
pub(super) struct Scripted(Arc<State>);

struct State {
    answers: Mutex<VecDeque<u16>>,
    seen: Mutex<Vec<Seen>>,
    date: Mutex<Option<&'static str>>,
    /// One permit for each answer that may be given.
    gate: Semaphore,
}

/// A request as it arrived.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) extensions: Extensions,
    pub(super) body: Vec<u8>,
}

impl Seen {
    pub(super) fn authorization(&self) -> &str {
        self.headers[AUTHORIZATION].to_str().unwrap()
    }
}

impl Scripted {
    pub(super) fn answering(answers: &[u16]) -> Self {
        Self(Arc::new(State {
            answers: Mutex::new(answers.iter().copied().collect()),
            seen: Mutex::default(),
            date: Mutex::default(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS / 2),
        }))
    }

    /// Holds answers back until so many may be given.
    pub(super) fn holds_back(&self) {
        self.0.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(super) fn lets_go(&self, answers: usize) {
        self.0.gate.add_permits(answers);
    }

    pub(super) fn dates_answers(&self, date: &'static str) {
        *self.0.date.lock().unwrap() = Some(date);
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.0.seen.lock().unwrap().clone()
    }

    pub(super) fn authorizations(&self) -> Vec<String> {
        let seen = self.seen();
        seen.iter()
            .map(|it| it.authorization().to_owned())
            .collect()
    }

    async fn answer(self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let (parts, body) = request.into_parts();
        let body = body.collect_bytes().await?.to_vec();
        self.0.seen.lock().unwrap().push(Seen {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            extensions: parts.extensions,
            body,
        });
        let status = self.0.answers.lock().unwrap().pop_front().unwrap_or(200);
        self.0.gate.acquire().await?.forget();
        if status == 0 {
            return Err("connection reset".into());
        }
        let mut answer = Response::builder().status(status);
        if let Some(date) = *self.0.date.lock().unwrap() {
            answer = answer.header("date", date);
        }
        Ok(answer.body(Body::empty())?)
    }
}

impl Service<Request<Body>> for Scripted {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.clone().answer(request).boxed()
    }
}
