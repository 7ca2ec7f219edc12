//! Names for requests, by which a log line and an audit line find each other.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

/// Counts requests, from the time on that the webhook was made.
pub(crate) struct RequestIds {
    start: Timestamp,
    next: AtomicU64,
}

#[derive(Clone, Copy)]
pub(crate) struct RequestId {
    start: i64,
    number: u64,
}

impl RequestIds {
    pub(crate) fn since(start: Timestamp) -> Self {
        Self {
            start,
            next: AtomicU64::new(1),
        }
    }

    pub(crate) fn next(&self) -> RequestId {
        RequestId {
            start: self.start.as_second(),
            number: self.next.fetch_add(1, Ordering::Relaxed),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.start, self.number)
    }
}
