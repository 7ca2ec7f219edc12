//! The time as it is, and as the client sees it.

use std::time::Duration;

use eksauth_testing::SimulatedTime;
use jiff::Timestamp;

use aws_smithy_async::time::TimeSource as _;

/// 2026-11-24T12:00:00Z
const NOON: u64 = 1_795_521_600;

/// How far a clock may be ahead for STS.
const TOLERATED_AHEAD: i64 = 5 * 60;

/// How far it may be behind: a token is as old as that from the start, and must not be a quarter of
/// an hour old before the next one is signed.
const TOLERATED_BEHIND: i64 = 4 * 60;

/// The clock of AWS and of the API server, and the client's, which may be wrong.
#[derive(Clone)]
pub(crate) struct Times {
    truth: SimulatedTime,
    pub(crate) wall: SimulatedTime,
}

impl Times {
    pub(crate) fn start() -> Self {
        Self {
            truth: SimulatedTime::at_unix(NOON),
            wall: SimulatedTime::at_unix(NOON),
        }
    }

    /// The true time.
    pub(crate) fn now(&self) -> Timestamp {
        self.truth.now().try_into().unwrap()
    }

    /// Time goes on, and the client's process does not notice.
    pub(crate) fn suspend(&self, time: Duration) {
        let seconds = time.as_secs().try_into().unwrap();
        self.truth.jump(seconds);
        self.wall.jump(seconds);
    }

    /// Whether what the client dates now, STS believes.
    pub(crate) fn are_close(&self) -> bool {
        let wall: Timestamp = self.wall.now().try_into().unwrap();
        let ahead = wall.duration_since(self.now()).as_secs();
        (-TOLERATED_BEHIND..=TOLERATED_AHEAD).contains(&ahead)
    }
}
