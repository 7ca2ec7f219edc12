//! Tokens about which STS has not decided, and how often it is asked again.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use quick_cache::sync::Cache;

use crate::{Limits, VerifyError};

use super::Verdict;
use super::cache::TokenKey;
use super::rate::RuntimeClock;

/// Once those in a row are used up.
const CALLS_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;

type Limiter = RateLimiter<NotKeyed, InMemoryState, RuntimeClock, NoOpMiddleware<Duration>>;

/// Tokens whose last call came to an outage, throttling or a strange answer.
pub(super) struct Undecided {
    tokens: Cache<TokenKey, (Arc<Limiter>, VerifyError)>,
    quota: Quota,
    clock: RuntimeClock,
}

impl Undecided {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            tokens: Cache::new(limits.remembered_rejections),
            quota: Quota::per_second(CALLS_PER_SECOND).allow_burst(limits.calls_per_token),
            clock: RuntimeClock::start(),
        }
    }

    /// Counts a call for a token, or tells what came of the last one if it is too early for another.
    pub(super) fn may_ask(&self, key: &TokenKey) -> Result<(), VerifyError> {
        match self.tokens.get(key) {
            Some((limiter, last)) => limiter.check().map_err(|_| last),
            None => Ok(()),
        }
    }

    /// What has come of a call.
    pub(super) fn asked(&self, key: TokenKey, verdict: &Verdict) {
        match verdict {
            Ok(_) | Err(VerifyError::Denied { .. } | VerifyError::Token(_)) => {
                self.tokens.remove(&key);
            }
            // Nobody was asked.
            Err(VerifyError::Overloaded { .. }) => {}
            Err(error) => {
                let known = self.tokens.get(&key).map(|(limiter, _)| limiter);
                let limiter = known.unwrap_or_else(|| self.first_call());
                self.tokens.insert(key, (limiter, error.clone()));
            }
        }
    }

    pub(super) fn clear(&self) {
        self.tokens.clear();
    }

    /// A limit in which the call that led to it is counted.
    fn first_call(&self) -> Arc<Limiter> {
        let limiter = Limiter::direct_with_clock(self.quota, self.clock.clone());
        // The first one is always allowed.
        let _ = limiter.check();
        Arc::new(limiter)
    }
}

#[cfg(test)]
mod tests;
