//! The body of a request, up to a length and within a time.

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::body::{Body, Incoming};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::super::answer::{self, Answer};
use super::super::metrics::Bound;
use super::super::{WebhookLimits, WebhookMetrics};

/// Why there is no body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unread {
    TooLong,
    TooSlow,
    /// There are too many bytes of other bodies that have not come to their end.
    NoRoom,
    /// The client broke off, or broke the protocol.
    Broken,
}

/// Reads a body. It takes `room`, a permit for each byte, until all of it is there.
pub(super) async fn read(
    body: Incoming,
    limits: &WebhookLimits,
    room: &Semaphore,
) -> Result<Vec<u8>, Unread> {
    // Who says so beforehand need not send it.
    let announced = usize::try_from(body.size_hint().lower());
    if announced.is_ok_and(|length| length <= limits.max_body_len) {
        let body = collect(Limited::new(body, limits.max_body_len), room);
        let body = timeout(limits.body_timeout, body).await;
        return body.unwrap_or(Err(Unread::TooSlow));
    }
    Err(Unread::TooLong)
}

/// Copies what comes: a frame may be one byte of a large buffer.
async fn collect(mut body: Limited<Incoming>, room: &Semaphore) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let mut taken = room.try_acquire_many(0).map_err(|_| Unread::NoRoom)?;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| match error.is::<LengthLimitError>() {
            true => Unread::TooLong,
            false => Unread::Broken,
        })?;
        // What is no data is a trailer, in which nothing is looked for.
        let data = frame.into_data().unwrap_or_default();
        let length = u32::try_from(data.len()).map_err(|_| Unread::TooLong)?;
        let more = room.try_acquire_many(length);
        taken.merge(more.map_err(|_| Unread::NoRoom)?);
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

impl Unread {
    pub(super) fn count(self, metrics: &WebhookMetrics) {
        match self {
            Self::TooLong => metrics.limited(Bound::BodyLength),
            Self::TooSlow => metrics.limited(Bound::BodyTime),
            Self::NoRoom => metrics.limited(Bound::Bodies),
            Self::Broken => {}
        }
    }

    /// Nothing when it is not the request's fault.
    pub(super) fn answer(self, limits: &WebhookLimits) -> Option<Answer> {
        Some(match self {
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
            Self::NoRoom => return None,
            Self::Broken => super::no_token_review(),
        })
    }
}
