//! When to renew.

use std::time::Duration;

/// When a [`Refresher`](crate::Refresher) renews tokens.
///
/// The defaults suit everybody: a token lives fifteen minutes, so that one of five minutes has ten
/// left for whatever prevents the next.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use eksauth::{RefreshPolicy, Refresher};
///
/// let policy = RefreshPolicy::default().with_interval(Duration::from_secs(120));
/// let refresher = Refresher::new(policy);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshPolicy {
    interval: Duration,
    longest_retry: Duration,
}

impl RefreshPolicy {
    /// A token is renewed when it is this old, give or take a tenth: five minutes unless set. One
    /// whose announced end comes earlier is renewed after three quarters of the time to it at
    /// the latest, whatever is set here. At least a second, at most a quarter of an hour.
    #[must_use]
    pub fn with_interval(self, interval: Duration) -> Self {
        Self {
            interval: interval.clamp(SHORTEST, LONGEST),
            ..self
        }
    }

    /// The longest pause between two attempts when renewing fails: half a minute unless set. The first
    /// pause is a second; each is twice the one before it, give or take a tenth. At least a second, at most a quarter of an hour.
    #[must_use]
    pub fn with_longest_retry(self, pause: Duration) -> Self {
        Self {
            longest_retry: pause.clamp(SHORTEST, LONGEST),
            ..self
        }
    }

    /// From one success to the next attempt, for a token that is announced to live this long still.
    pub(crate) fn until_refresh(&self, announced_rest: Duration) -> Duration {
        let latest = announced_rest / 4 * 3;
        // The longest that it can be spread to is the latest.
        spread(self.interval.min(latest.mul_f64(1.0 / 1.1))).max(SHORTEST)
    }

    /// From the last of so many failures, at least one, to the next attempt.
    pub(crate) fn until_retry(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        spread((SHORTEST * 2_u32.pow(doublings)).min(self.longest_retry))
    }

    /// The age at which a token has certainly been forgotten.
    pub(crate) fn overdue_age(&self) -> Duration {
        self.interval * 2
    }
}

impl Default for RefreshPolicy {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(5 * 60),
            longest_retry: Duration::from_secs(30),
        }
    }
}

const SHORTEST: Duration = Duration::from_secs(1);
/// A token lives no longer.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Give or take a tenth, so that what began together does not go on together.
fn spread(duration: Duration) -> Duration {
    duration.mul_f64(0.9 + 0.2 * fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const ALMOST_NOTHING: Duration = Duration::from_millis(1);

    fn is_about(found: Duration, expected: Duration) -> bool {
        found.abs_diff(expected) <= expected / 10 + ALMOST_NOTHING
    }

    #[test]
    fn a_token_is_renewed_after_five_minutes_give_or_take_a_tenth() {
        let policy = RefreshPolicy::default();
        let delays: Vec<_> = (0..1000)
            .map(|_| policy.until_refresh(14 * MINUTE))
            .collect();
        assert!(delays.iter().all(|it| is_about(*it, 5 * MINUTE)));
        let (first, last) = (delays.iter().min(), delays.iter().max());
        assert!(last.unwrap().abs_diff(*first.unwrap()) > 50 * Duration::from_secs(1));
    }

    #[test]
    fn a_token_with_less_time_is_renewed_ahead_of_its_announced_end() {
        let policy = RefreshPolicy::default().with_interval(30 * MINUTE);
        let delays: Vec<_> = (0..1000)
            .map(|_| policy.until_refresh(8 * MINUTE))
            .collect();
        assert!(delays.iter().all(|it| *it <= 6 * MINUTE));
        // Those that were signed together do not stay together.
        let (first, last) = (delays.iter().min(), delays.iter().max());
        assert!(last.unwrap().abs_diff(*first.unwrap()) > MINUTE / 2);
        assert_eq!(policy.until_refresh(Duration::ZERO), SHORTEST);
    }

    #[test]
    fn pauses_double_to_the_longest() {
        let policy = RefreshPolicy::default();
        for (failures, seconds) in [(1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (u32::MAX, 30)] {
            let pause = policy.until_retry(failures);
            assert!(is_about(pause, Duration::from_secs(seconds)), "{pause:?}");
        }
    }

    #[test]
    fn no_setting_makes_it_spin() {
        let policy = RefreshPolicy::default()
            .with_interval(Duration::ZERO)
            .with_longest_retry(Duration::ZERO);
        assert!(policy.until_refresh(14 * MINUTE) >= SHORTEST);
        assert!(policy.until_retry(9) >= SHORTEST * 9 / 10);
    }

    #[test]
    fn no_setting_is_beyond_a_clock() {
        let policy = RefreshPolicy::default()
            .with_interval(Duration::MAX)
            .with_longest_retry(Duration::MAX);
        assert!(policy.until_refresh(Duration::MAX) <= LONGEST * 11 / 10);
        assert!(policy.until_retry(u32::MAX) <= LONGEST * 11 / 10);
        assert_eq!(policy.overdue_age(), 2 * LONGEST);
    }
}
