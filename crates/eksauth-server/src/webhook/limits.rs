//! The bounds of a webhook.

use std::time::Duration;

/// How much time, memory and how many connections a webhook may take.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use eksauth_server::WebhookLimits;
///
/// let limits = WebhookLimits {
///     drain_timeout: Duration::from_secs(5),
///     ..WebhookLimits::default()
/// };
/// assert_eq!(limits.max_body_len, 64 * 1024);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookLimits {
    /// Connections at the same time, those in their TLS handshake included. Who is too many waits in
    /// the backlog of the listener. 1024.
    pub max_connections: usize,
    /// Reviews at the same time, on all connections, each from the end of its body on. Beyond that the
    /// answer is 429 with `Retry-After`; so it is when bodies that have not come to their end have as
    /// many bytes as so many of [`max_body_len`](Self::max_body_len). 1024.
    pub max_requests: usize,
    /// Reviews at the same time on one HTTP/2 connection; the rest of them wait at the client. 250,
    /// as servers written in Go have it: an API server sends all its reviews over one connection.
    pub max_streams: u32,
    /// Longest body of a request, in bytes. Beyond that the answer is 413. 64 KiB; a TokenReview has
    /// 5 KiB at most.
    pub max_body_len: usize,
    /// Longest headers of a request, in bytes. 16 KiB.
    pub max_header_len: u32,
    /// Time for a TLS handshake. 10 s.
    pub handshake_timeout: Duration,
    /// Time from the handshake to the end of the first request's headers. 10 s.
    pub header_timeout: Duration,
    /// Time for the body of a request. Beyond that the answer is 408. 10 s.
    pub body_timeout: Duration,
    /// Time for a decision. Beyond that the answer is 504. 20 s: an API server waits for 30 s.
    pub request_timeout: Duration,
    /// Time from the last answer on a connection to the end of the next request's headers. 2 min: an
    /// API server lets go of a connection after 90 s, and should be the first to do so.
    pub idle_timeout: Duration,
    /// How long `/readyz` says 503 before the listener closes. 0: an API server asks this one
    /// address, so there is nobody to tell.
    pub announcement: Duration,
    /// Time for requests under way to end once the listener has closed; what is left is cut. 25 s.
    pub drain_timeout: Duration,
}

impl Default for WebhookLimits {
    fn default() -> Self {
        Self {
            max_connections: 1024,
            max_requests: 1024,
            max_streams: 250,
            max_body_len: 64 * 1024,
            max_header_len: 16 * 1024,
            handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_mins(2),
            announcement: Duration::ZERO,
            drain_timeout: Duration::from_secs(25),
        }
    }
}
