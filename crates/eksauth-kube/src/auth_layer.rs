//! The middleware that logs requests in.

mod future;
mod spare;
mod turns;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use eksauth::{TokenId, TokenSource};
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response, StatusCode};
use kube::client::Body;
use tower::{BoxError, Layer, Service};

pub use future::AuthFuture;

use turns::Turns;

/// Gives each request a token, and another one if it is refused.
///
/// - A request gets the token in hand; it waits for one only when none is valid.
/// - When the API server answers 401 (Unauthorized), one token is signed anew and the request sent
///   again with it, once: the second answer is returned, whatever it is.
/// - Many requests that are refused at the same time cause one new token.
/// - A request whose body is a stream cannot be sent again: its 401 is returned, and the next request
///   has the new token.
/// - When no new token can be had, or not within ten seconds, the 401 is returned.
/// - What a request has in `Authorization` is replaced.
///
/// It goes around any client that was built without credentials of its own. Watches, logs and the
/// upgrades of `exec`, `attach` and `port-forward` go through it like everything else: each is a request
/// that is judged when it begins.
///
/// # Examples
///
/// ```
/// use aws_credential_types::Credentials;
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_kube::AuthLayer;
/// use eksauth_kube::eksauth::TokenSource;
/// use eksauth_kube::eksauth::token::{ClusterId, EndpointOptions, Region, StsEndpoint};
/// use eksauth_kube::kube::client::ClientBuilder;
/// use eksauth_kube::kube::{Client, Config};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let endpoint = StsEndpoint::new(&Region::new("eu-west-1")?, EndpointOptions::default());
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", None, None, "example");
/// let source =
///     TokenSource::new(ClusterId::new("prod")?, endpoint, credentials, SystemTimeSource::new());
///
/// let config = Config::new("https://prod.example.com".parse()?);
/// let client: Client = ClientBuilder::try_from(config)?
///     .with_layer(&AuthLayer::new(source))
///     .build();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AuthLayer {
    source: TokenSource,
}

impl AuthLayer {
    /// A layer with the tokens of this source.
    pub fn new(source: TokenSource) -> Self {
        Self { source }
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = AuthService<S>;

    fn layer(&self, service: S) -> Self::Service {
        let core = Core {
            source: self.source.clone(),
            service: Turns::new(service),
            is_refused: Arc::default(),
        };
        AuthService {
            core: Arc::new(core),
        }
    }
}

/// A client with an [`AuthLayer`] around it.
pub struct AuthService<S> {
    core: Arc<Core<S>>,
}

struct Core<S> {
    source: TokenSource,
    service: Turns<S>,
    /// Whether the API server refuses tokens as soon as they are signed.
    is_refused: Arc<AtomicBool>,
}

impl<S, B> Service<Request<Body>> for AuthService<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError> + 'static,
    B: Send + 'static,
{
    type Response = Response<B>;
    type Error = BoxError;
    type Future = AuthFuture<S>;

    /// Always ready: what must be waited for, each request waits for itself.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        AuthFuture::new(&self.core, request)
    }
}

impl<S> Core<S> {
    /// Tells of a change, not of each refusal. What stands in front of an API server, and what it says
    /// when it is overloaded, is about no token.
    fn is_accepted(&self, status: StatusCode) {
        let is_about_it = !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS;
        if is_about_it && self.is_refused.load(Ordering::Relaxed) {
            self.is_refused.store(false, Ordering::Relaxed);
            tracing::info!(cluster = %self.source.cluster(), "the API server accepts tokens again");
        }
    }

    fn is_refused_again<B>(&self, answer: &Response<B>) {
        if !self.is_refused.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                cluster = %self.source.cluster(),
                clock_here_is = spare::clock_difference(answer, self.source.now()),
                "the API server refuses a token that was just signed: check that the identity has an \
                 access entry or a mapping there, and that the clock is right"
            );
        }
    }
}

/// Says who sends a request.
fn authorize(request: &mut Request<Body>, bearer: eksauth::Bearer) -> TokenId {
    let (header, id): (HeaderValue, TokenId) = bearer.into_parts();
    request.headers_mut().insert(AUTHORIZATION, header);
    id
}

impl<S: Clone> Clone for AuthService<S> {
    /// Shares the tokens, and nothing that a thread would wait for.
    fn clone(&self) -> Self {
        let core = Core {
            source: self.core.source.clone(),
            service: self.core.service.another(),
            is_refused: Arc::clone(&self.core.is_refused),
        };
        Self {
            core: Arc::new(core),
        }
    }
}

impl<S> fmt::Debug for AuthService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthService")
            .field("source", &self.core.source)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
