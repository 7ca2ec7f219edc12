//! Time as the test tells it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_async::time::{SharedTimeSource, TimeSource};

/// A clock that stands still until it is told to move. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct ManualTime(Arc<Mutex<SystemTime>>);

impl ManualTime {
    /// A clock that shows `instant`.
    #[must_use]
    pub fn at(instant: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(instant)))
    }

    /// A clock that shows so many seconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn at_unix(seconds: u64) -> Self {
        Self::at(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    /// Puts the clock to `instant`, backwards too: clocks get corrected.
    pub fn set(&self, instant: SystemTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = instant;
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// This clock, as the AWS SDK takes it.
    #[must_use]
    pub fn shared(&self) -> SharedTimeSource {
        SharedTimeSource::new(self.clone())
    }
}

impl TimeSource for ManualTime {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_the_same_clock() {
        let clock = ManualTime::at_unix(1_000);
        let seen_by_the_sdk = clock.shared();
        assert_eq!(
            seen_by_the_sdk.now(),
            UNIX_EPOCH + Duration::from_secs(1_000)
        );

        clock.advance(Duration::from_secs(60));
        assert_eq!(
            seen_by_the_sdk.now(),
            UNIX_EPOCH + Duration::from_secs(1_060)
        );

        clock.set(UNIX_EPOCH);
        assert_eq!(seen_by_the_sdk.now(), UNIX_EPOCH);
    }
}
