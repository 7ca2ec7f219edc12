//! A limit to the time in which a connection is established.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use tower_service::Service;

/// Gives up on a connection, TLS included, that is not there in time. A client that has found another
/// one meanwhile would otherwise wait for it in the background without end.
#[derive(Clone)]
pub(crate) struct Deadline<C> {
    pub(super) connector: C,
    pub(super) limit: Duration,
}

type BoxError = Box<dyn Error + Send + Sync>;

impl<C> Service<Uri> for Deadline<C>
where
    C: Service<Uri>,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let connecting = self.connector.call(destination);
        let limit = self.limit;
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(connected) => connected.map_err(Into::into),
                Err(_) => Err(Box::new(TooSlow { limit }) as BoxError),
            }
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("expected a connection within {} s, but found none", limit.as_secs_f32())]
struct TooSlow {
    limit: Duration,
}
