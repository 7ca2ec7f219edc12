//! The service that all have in common, and the least that a layer can do.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use arc_swap::ArcSwap;
use eksauth_kube::kube::client::Body;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response};
use tower::{BoxError, Service};

/// Answers at once.
#[derive(Clone)]
pub(crate) struct Bare;

impl Service<Request<Body>> for Bare {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Ready<Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        ready(Ok(Response::new(Body::empty())))
    }
}

/// Inserts a header that somebody else exchanges from time to time.
#[derive(Clone)]
pub(crate) struct Floor<S> {
    header: Arc<ArcSwap<HeaderValue>>,
    service: S,
}

impl<S> Floor<S> {
    pub(crate) fn new(header: &HeaderValue, service: S) -> Self {
        let header = Arc::new(ArcSwap::from_pointee(header.clone()));
        Self { header, service }
    }
}

impl<S: Service<Request<Body>>> Service<Request<Body>> for Floor<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let header = HeaderValue::clone(&self.header.load());
        request.headers_mut().insert(AUTHORIZATION, header);
        self.service.call(request)
    }
}
