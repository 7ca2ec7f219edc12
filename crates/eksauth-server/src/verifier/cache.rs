//! What is remembered of tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use eksauth_token::PresignedUrl;
use jiff::{SignedDuration, Timestamp};
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::{Limits, VerifiedIdentity, VerifyError};

use super::Verdict;

/// Finds a token without being one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenKey([u8; 32]);

impl TokenKey {
    pub(super) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
}

/// Verdicts of STS. Identities and rejections have separate places, so that a flood of bad tokens
/// cannot push a good one out.
pub(super) struct Verdicts {
    identities: Cache<TokenKey, Remembered<Arc<VerifiedIdentity>>>,
    identity_lifetime: Duration,
    rejections: Cache<TokenKey, Remembered<VerifyError>>,
    rejection_lifetime: Duration,
    /// How often everything was forgotten.
    edition: AtomicU64,
}

#[derive(Clone)]
struct Remembered<T> {
    value: T,
    since: Timestamp,
    until: Timestamp,
}

impl Verdicts {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            identities: Cache::new(limits.remembered_identities),
            identity_lifetime: limits.identity_lifetime,
            rejections: Cache::new(limits.remembered_rejections),
            rejection_lifetime: limits.rejection_lifetime,
            edition: AtomicU64::new(0),
        }
    }

    pub(super) fn get(&self, key: &TokenKey, now: Timestamp) -> Option<Verdict> {
        if let Some(identity) = current(&self.identities, key, now) {
            return Some(Ok(identity));
        }
        current(&self.rejections, key, now).map(Err)
    }

    /// Changes whenever everything is forgotten.
    pub(super) fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Remembers what STS was asked for in an edition, and decided. An outage, throttling or a strange
    /// answer decides nothing, and what was asked before the last forgetting may be out of date.
    pub(super) fn remember(
        &self,
        key: TokenKey,
        verdict: &Verdict,
        url: &PresignedUrl,
        now: Timestamp,
        as_of: u64,
    ) {
        match verdict {
            Ok(identity) => {
                let until = url.expiry().min(after(now, self.identity_lifetime));
                remember(&self.identities, key, Arc::clone(identity), now, until);
            }
            Err(error @ VerifyError::Denied { .. }) => {
                let until = after(now, self.rejection_lifetime);
                remember(&self.rejections, key, error.clone(), now, until);
            }
            Err(_) => {}
        }
        // Looked at afterwards, so that a forgetting in between is not missed.
        if as_of != self.edition() {
            self.identities.remove(&key);
            self.rejections.remove(&key);
        }
    }

    pub(super) fn clear(&self) {
        self.edition.fetch_add(1, Ordering::AcqRel);
        self.identities.clear();
        self.rejections.clear();
    }
}

fn current<T: Clone>(
    cache: &Cache<TokenKey, Remembered<T>>,
    key: &TokenKey,
    now: Timestamp,
) -> Option<T> {
    let remembered = cache.get(key)?;
    // What comes from the future was remembered before the clock was put right.
    if (remembered.since..remembered.until).contains(&now) {
        return Some(remembered.value);
    }
    cache.remove(key);
    None
}

fn remember<T: Clone>(
    cache: &Cache<TokenKey, Remembered<T>>,
    key: TokenKey,
    value: T,
    since: Timestamp,
    until: Timestamp,
) {
    if since < until {
        cache.insert(
            key,
            Remembered {
                value,
                since,
                until,
            },
        );
    }
}

/// A lifetime too long for the calendar lasts to its end.
fn after(now: Timestamp, lifetime: Duration) -> Timestamp {
    SignedDuration::try_from(lifetime)
        .ok()
        .and_then(|lifetime| now.checked_add(lifetime).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
