//! How a token source is doing.

use jiff::Timestamp;

use crate::TokenError;

/// How a [`TokenSource`](crate::TokenSource) is doing, as of its last attempt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TokenState {
    /// Nobody has asked for a token yet.
    Idle,
    /// A token is in hand, and so will be the next.
    Fresh {
        /// When it was signed.
        signed_at: Timestamp,
        /// When STS stops honouring it.
        expiry: Timestamp,
    },
    /// A token is in hand, but the last attempt to renew it, or the credentials behind it, failed.
    Stale {
        /// When STS stops honouring it.
        expiry: Timestamp,
        /// Attempts that have failed since one succeeded.
        failures: u32,
        /// Why the last one failed.
        error: TokenError,
    },
    /// There is no token.
    Missing {
        /// Attempts that have failed since one succeeded.
        failures: u32,
        /// Why the last one failed.
        error: TokenError,
    },
}

impl TokenState {
    /// Attempts that have failed since one succeeded.
    pub fn failures(&self) -> u32 {
        match self {
            Self::Idle | Self::Fresh { .. } => 0,
            Self::Stale { failures, .. } | Self::Missing { failures, .. } => *failures,
        }
    }

    /// Why the last attempt failed, if it did.
    pub fn error(&self) -> Option<&TokenError> {
        match self {
            Self::Idle | Self::Fresh { .. } => None,
            Self::Stale { error, .. } | Self::Missing { error, .. } => Some(error),
        }
    }

    /// When STS stops honouring the token in hand, if there is one.
    pub fn expiry(&self) -> Option<Timestamp> {
        match self {
            Self::Fresh { expiry, .. } | Self::Stale { expiry, .. } => Some(*expiry),
            Self::Idle | Self::Missing { .. } => None,
        }
    }
}
