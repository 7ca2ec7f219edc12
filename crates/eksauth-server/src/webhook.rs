//! The webhook that an API server sends its tokens to.

mod activity;
mod answer;
mod authenticate;
mod builder;
mod denial_class;
mod denial_status;
mod health;
mod judge;
mod limits;
mod metrics;
mod readiness;
mod report;
mod request_ids;
mod review;
mod routes;
mod serving;
mod visible;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use judge::Judge;
use routes::Routes;
use serving::Serving;

pub(crate) use request_ids::RequestId;
#[cfg(test)]
pub(crate) use request_ids::RequestIds;

pub use authenticate::{Authenticate, Decision, Denial, DenialClass, Grant, Signer};
pub use builder::WebhookBuilder;
pub use denial_status::DenialStatus;
pub use health::serve_health;
pub use limits::WebhookLimits;
pub use metrics::WebhookMetrics;
pub use review::{NotATokenReview, ReviewVersion, TokenReview};
pub use serving::Drained;

/// When to come again after a limit here was reached.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Serves TokenReviews over HTTPS, as `aws-iam-authenticator` does.
///
/// | path | answer |
/// |---|---|
/// | `/authenticate` | the review of a token |
/// | `/metrics` | what is counted, in the OpenMetrics format, if a registry was handed in |
/// | `/healthz` | `ok` |
/// | `/readyz` | `ok`, or 503 and the names of what is missing |
/// | any other | 404 |
///
/// # Reviews
///
/// Both versions of TokenReview are read, and one without a version. The answer is in the version
/// that the request names; a request without one gets an answer without one, with the
/// fields that `aws-iam-authenticator` sends.
///
/// | what came of it | status | label `result` |
/// |---|---|---|
/// | a user | 200 | `success` |
/// | not a POST | 405 | `malformed_request` |
/// | no TokenReview | 400 | `malformed_request` |
/// | a body that is too long, too slow | 413, 408 | `malformed_request` |
/// | [`InvalidToken`](DenialClass::InvalidToken) | 403 | `invalid_token` |
/// | [`RefusedBySts`](DenialClass::RefusedBySts), [`StsUnavailable`](DenialClass::StsUnavailable) | 403 | `sts_error` |
/// | [`Throttled`](DenialClass::Throttled) | 429 | `sts_throttling` |
/// | [`Overloaded`](DenialClass::Overloaded), a limit here | 429 and `Retry-After` | `overloaded` |
/// | [`NotMapped`](DenialClass::NotMapped), [`MappingFailed`](DenialClass::MappingFailed) | 403 | `uknown_user` |
/// | no decision in time | 504 | `timed_out` |
///
/// [`DenialStatus`] can make 200 of some denials. A denial in a named version has a short phrase for
/// its class in `status.error`, which the API server sees and its client does not; why exactly is
/// only in the log and the audit log.
///
/// # Limits
///
/// All are in [`WebhookLimits`]. A request that panics ends its HTTP/1.1 connection, or
/// its HTTP/2 stream, and nothing else.
///
/// # The end
///
/// Once the `shutdown` token of [`serve`](Self::serve) is cancelled, `/readyz` says 503; the listener
/// closes; connections are told to close (`GOAWAY`, `connection: close`) and requests under way are
/// answered; what is not done within [`WebhookLimits::drain_timeout`] is cut.
///
/// Clones share everything. It needs a tokio runtime with time and I/O.
///
/// # Examples
///
/// ```no_run
/// use eksauth_server::{Authenticate, CertificateStore, Webhook};
/// use tokio::net::TcpListener;
/// use tokio_util::sync::CancellationToken;
///
/// # async fn example(
/// #     authenticator: impl Authenticate,
/// #     certificates: CertificateStore,
/// # ) -> std::io::Result<()> {
/// let webhook = Webhook::builder(authenticator, certificates).build();
/// let listener = TcpListener::bind(("127.0.0.1", 21362)).await?;
/// let shutdown = CancellationToken::new();
/// let drained = webhook.serve(listener, &shutdown).await;
/// println!("{} connections were cut", drained.cut);
/// # Ok(())
/// # }
/// ```
pub struct Webhook<A> {
    judge: Arc<Judge<A>>,
}

impl<A: Authenticate> Webhook<A> {
    /// A webhook that asks this authenticator and shows these certificates, with the default
    /// [`WebhookLimits`] unless told otherwise.
    pub fn builder(authenticator: A, certificates: crate::CertificateStore) -> WebhookBuilder<A> {
        WebhookBuilder::new(authenticator, certificates)
    }

    /// Serves until `shutdown` is cancelled, and then drains. Dropping the future cuts everything.
    pub async fn serve(&self, listener: TcpListener, shutdown: &CancellationToken) -> Drained {
        let judge = &self.judge;
        let serving = Serving {
            responder: Routes {
                judge: Arc::clone(judge),
                shutdown: shutdown.clone(),
            },
            certificates: Some(judge.certificates.clone()),
            limits: Arc::clone(&judge.limits),
            metrics: judge.metrics.clone(),
        };
        serving.until(listener, shutdown).await
    }

    /// What this webhook counts.
    pub fn metrics(&self) -> &WebhookMetrics {
        &self.judge.metrics
    }
}

impl<A> Clone for Webhook<A> {
    fn clone(&self) -> Self {
        Self {
            judge: Arc::clone(&self.judge),
        }
    }
}

impl<A> fmt::Debug for Webhook<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("limits", &self.judge.limits)
            .field("denial_status", &self.judge.denial_status)
            .finish_non_exhaustive()
    }
}
