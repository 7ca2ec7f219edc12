//! The bounds of a verifier.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

/// How much time, memory and traffic a verifier may take.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use eksauth_server::Limits;
///
/// let limits = Limits {
///     sts_timeout: Duration::from_secs(3),
///     ..Limits::default()
/// };
/// assert_eq!(limits.rejection_lifetime, Duration::from_secs(10));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time for one call of STS, from the first caller to the last byte, waiting for its turn
    /// included. 10 s.
    pub sts_timeout: Duration,
    /// Time within that for a connection to be established. 5 s.
    pub connect_timeout: Duration,
    /// Longest answer of STS that is read, in bytes. 64 KiB; STS sends half of one.
    pub max_answer_len: usize,
    /// Calls of STS at the same time. 64, of which an eighth may go where STS has not answered yet: a
    /// token may name any region, and where nothing answers a call takes its whole time.
    pub max_concurrent_calls: NonZeroUsize,
    /// Distinct tokens that are being verified at the same time, those waiting for their turn
    /// included. Beyond that a token is refused as [`Overloaded`](crate::VerifyError::Overloaded).
    /// 1024.
    pub max_in_flight: usize,
    /// Calls of STS per second, on average. 100; AWS allows an account 600 per region.
    pub calls_per_second: NonZeroU32,
    /// Calls of STS at once after a quiet time. 200.
    pub burst: NonZeroU32,
    /// Calls of STS for the same token in a row; beyond that, there is one each second, and in between is
    /// told again what came of the last. 10. Who signed a token is remembered, so this is for a token
    /// about which STS does not decide, as while it is away.
    pub calls_per_token: NonZeroU32,
    /// How many identities are remembered. 10 000, of about half a kilobyte each.
    pub remembered_identities: usize,
    /// Longest time that an identity is remembered; a token's end comes first if it is sooner.
    /// 15 min. So long a token may be accepted after its credentials were revoked or have expired,
    /// which only STS could say.
    pub identity_lifetime: Duration,
    /// How many tokens that STS refused are remembered. 10 000, of about a tenth of a kilobyte
    /// each.
    pub remembered_rejections: usize,
    /// How long that STS refused a token is remembered. 10 s: long enough for a client that asks
    /// again and again, short enough for a key that was made a moment ago.
    pub rejection_lifetime: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        // The `unwrap`s are evaluated by the compiler, which refuses a zero.
        Self {
            sts_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            max_answer_len: 64 * 1024,
            max_concurrent_calls: const { NonZeroUsize::new(64).unwrap() },
            max_in_flight: 1024,
            calls_per_second: const { NonZeroU32::new(100).unwrap() },
            burst: const { NonZeroU32::new(200).unwrap() },
            calls_per_token: const { NonZeroU32::new(10).unwrap() },
            remembered_identities: 10_000,
            identity_lifetime: Duration::from_mins(15),
            remembered_rejections: 10_000,
            rejection_lifetime: Duration::from_secs(10),
        }
    }
}
