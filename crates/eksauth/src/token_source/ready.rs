//! A token, ready to be sent.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use eksauth_token::Token;
use http::HeaderValue;
use jiff::Timestamp;
use zeroize::Zeroizing;

/// The token in hand, in all forms in which it is asked for.
pub(super) struct Ready {
    pub(super) token: Arc<Token>,
    pub(super) id: TokenId,
    /// Whether the provider was asked for other credentials before it was signed.
    pub(super) replaces_refused: bool,
    header: HeaderValue,
    /// A token from further in the future was signed before the clock was put right, and STS refuses it.
    honoured_from: SystemTime,
    /// When it must not be handed out any more without trying for a newer one.
    hand_out_until: SystemTime,
    end: SystemTime,
    /// When whoever refreshes it must have missed it: the machine slept, or the clock was put right.
    overdue: SystemTime,
    told: AtomicBool,
}

/// STS honours a token that is dated five minutes ahead; a minute of them is for clocks that differ.
const TOLERATED_FUTURE: Duration = Duration::from_secs(4 * 60);

/// Which of the tokens of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenId {
    /// How many tokens of the source came before it.
    pub(super) number: u64,
    /// The credentials that signed it.
    pub(super) credentials: u64,
}

/// A token as the value of an `Authorization` header.
///
/// The header is marked as sensitive: `Debug` does not show it, and it is erased from memory when
/// its last clone is dropped.
#[derive(Clone, Debug)]
pub struct Bearer {
    header: HeaderValue,
    id: TokenId,
}

impl Bearer {
    /// `Bearer k8s-aws-v1.…`, for the header `Authorization`.
    pub fn header(&self) -> &HeaderValue {
        &self.header
    }

    /// Which token it is, to say so when it is refused.
    pub fn id(&self) -> TokenId {
        self.id
    }

    /// Both.
    pub fn into_parts(self) -> (HeaderValue, TokenId) {
        (self.header, self.id)
    }
}

/// How long a token is handed out for.
#[derive(Clone, Copy)]
pub(super) enum Handing {
    /// Until its announced end: whoever asks then waits for the next.
    OnDemand,
    /// To its real end: somebody else tries for the next. It is overdue from the time on.
    Refreshed { overdue: SystemTime },
}

impl Ready {
    pub(super) fn new(token: Token, id: TokenId, handing: Handing) -> Self {
        let end = system_time(token.expiry());
        let announced_end = system_time(token.announced_expiry());
        let (hand_out_until, overdue) = match handing {
            Handing::OnDemand => (announced_end, end),
            Handing::Refreshed { overdue } => (end, overdue.min(announced_end)),
        };
        Self {
            header: header(&token),
            honoured_from: system_time(token.signed_at())
                .checked_sub(TOLERATED_FUTURE)
                .unwrap_or(UNIX_EPOCH),
            hand_out_until,
            end,
            overdue,
            told: AtomicBool::new(false),
            token: Arc::new(token),
            id,
            replaces_refused: false,
        }
    }

    pub(super) fn bearer(&self) -> Bearer {
        Bearer {
            header: self.header.clone(),
            id: self.id,
        }
    }

    /// Whether it is handed out as it is.
    pub(super) fn is_to_hand_out(&self, now: SystemTime) -> bool {
        self.honoured_from <= now && now < self.hand_out_until
    }

    /// Whether STS still honours it.
    pub(super) fn is_valid(&self, now: SystemTime) -> bool {
        self.honoured_from <= now && now < self.end
    }

    /// Whether whoever refreshes it must be told, which is so once.
    pub(super) fn is_to_be_told(&self, now: SystemTime) -> bool {
        self.overdue <= now && !self.told.swap(true, Ordering::Relaxed)
    }
}

/// The bytes of a header, erased when nobody has it any more.
struct Erased(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Erased {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn header(token: &Token) -> HeaderValue {
    const SCHEME: &[u8] = b"Bearer ";
    let text = token.expose().as_bytes();
    // Large enough from the start, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(SCHEME.len() + text.len()));
    bytes.extend_from_slice(SCHEME);
    bytes.extend_from_slice(text);
    #[expect(
        clippy::expect_used,
        reason = "a token is a prefix and base64url, all of it visible ASCII"
    )]
    let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(Erased(bytes)))
        .expect("a token fits into a header");
    header.set_sensitive(true);
    header
}

/// A time that no clock of this machine can show has passed.
fn system_time(time: Timestamp) -> SystemTime {
    SystemTime::try_from(time).unwrap_or(UNIX_EPOCH)
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready")
            .field("token", &self.token)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
