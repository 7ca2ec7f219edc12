//! Services that take a request as a whole, and may hang up instead of answering.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::Service;
use hyper::{Request, Response, StatusCode};

use super::text::text;

/// More than any AWS API that is played here takes.
const LARGEST_BODY: usize = 1024 * 1024;

/// How long the body of a request may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A service of a function from a whole request to an answer. `None` closes the connection without
/// one, as an outage does.
///
/// Bodies above 1 MiB are answered with 413, those that take too long with 408.
pub(crate) fn whole<F, R>(answer: F) -> Whole<F>
where
    F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
    R: Future<Output = Option<Response<Bytes>>> + Send,
{
    Whole(Arc::new(answer))
}

/// What [`whole()`] makes.
pub(crate) struct Whole<F>(Arc<F>);

impl<F> Clone for Whole<F> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// There is no answer: the connection is closed.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without an answer")]
pub(crate) struct HungUp;

impl<F, R> Service<Request<Incoming>> for Whole<F>
where
    F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
    R: Future<Output = Option<Response<Bytes>>> + Send,
{
    type Response = Response<Full<Bytes>>;
    type Error = HungUp;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, HungUp>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let answer = Arc::clone(&self.0);
        Box::pin(async move {
            let (head, body) = request.into_parts();
            match collect(body).await {
                Ok(body) => {
                    let answered = answer(Request::from_parts(head, body)).await;
                    Ok(answered.ok_or(HungUp)?.map(Full::new))
                }
                Err(NoBody::Gone) => Err(HungUp),
                Err(refused) => Ok(text(refused.status(), refused.to_string())),
            }
        })
    }
}

/// Why there is no body.
#[derive(Debug, thiserror::Error)]
enum NoBody {
    #[error("expected a body of at most {LARGEST_BODY} bytes, but found a larger one")]
    TooLarge,
    #[error("expected the whole body within {} s", BODY_TIMEOUT.as_secs())]
    TooSlow,
    #[error("the client is gone")]
    Gone,
}

impl NoBody {
    fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Gone => StatusCode::BAD_REQUEST,
        }
    }
}

async fn collect(body: Incoming) -> Result<Bytes, NoBody> {
    let collected = Limited::new(body, LARGEST_BODY).collect();
    match tokio::time::timeout(BODY_TIMEOUT, collected).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(NoBody::TooLarge),
        Ok(Err(_)) => Err(NoBody::Gone),
        Err(_) => Err(NoBody::TooSlow),
    }
}
