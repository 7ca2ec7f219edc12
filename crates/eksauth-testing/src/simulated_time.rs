//! A wall clock that goes with the timers of a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use tokio::time::Instant;

/// A wall clock that moves as the time of the tokio runtime does, and can jump besides: a clock is put
/// right, a machine sleeps. Clones are the same clock.
///
/// It is for a runtime whose time is paused, where both stand still until the test moves them, or until
/// nothing but timers is left to wait for.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use aws_smithy_async::time::TimeSource;
/// use eksauth_testing::SimulatedTime;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
/// # .block_on(async {
/// let clock = SimulatedTime::at_unix(1_000);
/// tokio::time::sleep(Duration::from_secs(60)).await;
/// clock.jump(-3600);
/// assert_eq!(clock.now(), UNIX_EPOCH + Duration::from_secs(1_060) - Duration::from_secs(3600));
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct SimulatedTime {
    base: SystemTime,
    start: Instant,
    jumped_seconds: Arc<AtomicI64>,
}

impl SimulatedTime {
    /// A clock that shows `instant` now. Make it inside the runtime whose time it goes with.
    #[must_use]
    pub fn at(instant: SystemTime) -> Self {
        Self {
            base: instant,
            start: Instant::now(),
            jumped_seconds: Arc::default(),
        }
    }

    /// A clock that shows so many seconds after 1970-01-01T00:00:00Z now.
    #[must_use]
    pub fn at_unix(seconds: u64) -> Self {
        Self::at(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    /// Moves this clock by so many seconds, backwards when negative, and no timer.
    pub fn jump(&self, seconds: i64) {
        self.jumped_seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// This clock, as the AWS SDK takes it.
    #[must_use]
    pub fn shared(&self) -> SharedTimeSource {
        SharedTimeSource::new(self.clone())
    }
}

impl TimeSource for SimulatedTime {
    fn now(&self) -> SystemTime {
        let unmoved = self.base + self.start.elapsed();
        let jumped = self.jumped_seconds.load(Ordering::SeqCst);
        let distance = Duration::from_secs(jumped.unsigned_abs());
        if jumped < 0 {
            unmoved - distance
        } else {
            unmoved + distance
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unix(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn it_goes_with_the_timers() {
        let clock = SimulatedTime::at_unix(1_000);
        assert_eq!(clock.now(), unix(1_000));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(clock.now(), unix(1_060));
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(clock.now(), unix(1_120));
    }

    #[tokio::test(start_paused = true)]
    async fn a_jump_moves_it_alone_forward_and_back() {
        let clock = SimulatedTime::at_unix(1_000);
        let before = Instant::now();
        clock.jump(600);
        assert_eq!(clock.now(), unix(1_600));
        clock.jump(-700);
        assert_eq!(clock.now(), unix(900));
        assert_eq!(Instant::now(), before);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clone_is_the_same_clock() {
        let clock = SimulatedTime::at_unix(1_000);
        let seen_by_the_sdk = clock.shared();
        clock.clone().jump(5);
        assert_eq!(seen_by_the_sdk.now(), unix(1_005));
    }
}
