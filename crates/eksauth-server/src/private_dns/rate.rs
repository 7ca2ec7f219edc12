//! How often EC2 is called.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::sleep;

use crate::verifier::RuntimeClock;

/// How often `DescribeInstances` may be called: 15 times per second on average, 5 times at once, unless
/// told otherwise.
///
/// # Examples
///
/// ```
/// use eksauth_server::DescribeRate;
///
/// let rate = DescribeRate::new(20, 10)?;
/// let unlimited = DescribeRate::new(0, 1)?;
/// assert!(DescribeRate::new(20, 0).is_err());
/// # Ok::<(), eksauth_server::InvalidDescribeRate>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DescribeRate {
    per_second: Option<NonZeroU32>,
    burst: NonZeroU32,
}

impl DescribeRate {
    /// So many calls per second, and so many at once after a quiet time. No calls per second means no
    /// limit.
    ///
    /// # Errors
    ///
    /// [`InvalidDescribeRate`] when `burst` is 0, which would allow no call ever.
    pub fn new(per_second: u32, burst: u32) -> Result<Self, InvalidDescribeRate> {
        Ok(Self {
            per_second: NonZeroU32::new(per_second),
            burst: NonZeroU32::new(burst).ok_or(InvalidDescribeRate)?,
        })
    }
}

impl Default for DescribeRate {
    fn default() -> Self {
        Self {
            per_second: const { NonZeroU32::new(15) },
            burst: const { NonZeroU32::new(5).unwrap() },
        }
    }
}

/// A rate at which nothing could ever be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a burst of at least 1 call of DescribeInstances, but found 0")]
pub struct InvalidDescribeRate;

/// The limit in force.
pub(super) struct CallRate {
    limiter: Option<RateLimiter<NotKeyed, InMemoryState, RuntimeClock, NoOpMiddleware<Duration>>>,
    clock: RuntimeClock,
}

/// The right to make one call.
#[must_use]
pub(super) struct Turn(());

impl CallRate {
    pub(super) fn new(rate: DescribeRate) -> Self {
        let clock = RuntimeClock::start();
        let quota = |it| Quota::per_second(it).allow_burst(rate.burst);
        Self {
            limiter: rate
                .per_second
                .map(|it| RateLimiter::direct_with_clock(quota(it), clock.clone())),
            clock,
        }
    }

    /// Waits until there may be a call.
    pub(super) async fn turn(&self) -> Turn {
        let Some(limiter) = &self.limiter else {
            return Turn(());
        };
        while let Err(not_until) = limiter.check() {
            sleep(not_until.wait_time_from(self.clock.now())).await;
        }
        Turn(())
    }
}
