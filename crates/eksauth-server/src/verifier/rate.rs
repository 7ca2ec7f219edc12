//! The rate limit in front of STS.

use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use crate::{Limits, VerifyError};

pub(super) struct RateLimit {
    limiter: RateLimiter<NotKeyed, InMemoryState, RuntimeClock, NoOpMiddleware<Duration>>,
    clock: RuntimeClock,
}

impl RateLimit {
    pub(super) fn new(limits: &Limits) -> Self {
        let quota = Quota::per_second(limits.calls_per_second).allow_burst(limits.burst);
        let clock = RuntimeClock::start();
        Self {
            limiter: RateLimiter::direct_with_clock(quota, clock.clone()),
            clock,
        }
    }

    /// Counts a call, or says when there may be one.
    pub(super) fn take(&self) -> Result<(), VerifyError> {
        self.limiter
            .check()
            .map_err(|not_until| VerifyError::Overloaded {
                retry_after: not_until.wait_time_from(self.clock.now()),
            })
    }
}

/// The monotonic clock of the runtime, which tests can stop: the wall clock may jump.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeClock {
    start: Instant,
}

impl RuntimeClock {
    pub(crate) fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Clock for RuntimeClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}

#[cfg(test)]
mod tests;
