//! The body of a request, up to a length and within a time.

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::body::{Body, Bytes, Incoming};
use tokio::time::timeout;

use super::super::answer::{self, Answer};
use super::super::metrics::Bound;
use super::super::{WebhookLimits, WebhookMetrics};

/// Why there is no body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unread {
    TooLong,
    TooSlow,
    /// The client broke off, or broke the protocol.
    Broken,
}

pub(super) async fn read(body: Incoming, limits: &WebhookLimits) -> Result<Bytes, Unread> {
    // Who says so beforehand need not send it.
    let announced = usize::try_from(body.size_hint().lower());
    if announced.is_ok_and(|length| length <= limits.max_body_len) {
        let body = Limited::new(body, limits.max_body_len).collect();
        return match timeout(limits.body_timeout, body).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unread::TooLong),
            Ok(Err(_)) => Err(Unread::Broken),
            Err(_) => Err(Unread::TooSlow),
        };
    }
    Err(Unread::TooLong)
}

impl Unread {
    pub(super) fn count(self, metrics: &WebhookMetrics) {
        match self {
            Self::TooLong => metrics.limited(Bound::BodyLength),
            Self::TooSlow => metrics.limited(Bound::BodyTime),
            Self::Broken => {}
        }
    }

    pub(super) fn answer(self, limits: &WebhookLimits) -> Answer {
        match self {
            Self::TooLong => answer::error(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!(
                    "expected a request body of at most {} bytes",
                    limits.max_body_len
                ),
            ),
            Self::TooSlow => answer::error(
                StatusCode::REQUEST_TIMEOUT,
                format!(
                    "expected the request body within {} s",
                    limits.body_timeout.as_secs_f32()
                ),
            ),
            Self::Broken => super::no_token_review(),
        }
    }
}
