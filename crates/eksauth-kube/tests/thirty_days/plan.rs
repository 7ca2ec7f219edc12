//! What goes wrong in a month.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use crate::api_server::ApiServer;
use crate::aws::{Aws, Health};
use crate::times::Times;

const MINUTE: u64 = 60;

/// A trouble, and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// STS, IMDS or SSO answers with errors.
    ProviderAway(Duration),
    /// It does not answer.
    ProviderHangs(Duration),
    /// The client's clock is wrong by so many seconds.
    ClockWrong(i64, Duration),
    /// The machine sleeps.
    Suspended(Duration),
    /// The credentials that the client has are revoked.
    Revoked,
    /// The API server refuses a good token once.
    RefusedOnce,
    /// The connection of the watch is cut.
    Cut,
}

impl Trouble {
    /// One of those that a valid token bridges, wherever they come.
    pub(crate) fn bridged(random: &mut Rng) -> Self {
        match random.u8(0..7) {
            0 => Self::ProviderAway(minutes(random, 1..=9)),
            1 => Self::ProviderHangs(minutes(random, 1..=8)),
            2 => Self::ClockWrong(random.i64(-200..=200), minutes(random, 1..=60)),
            3 => Self::Suspended(minutes(random, 1..=12 * 60)),
            4 => Self::Revoked,
            5 => Self::RefusedOnce,
            _ => Self::Cut,
        }
    }

    /// One of those that nothing can bridge.
    pub(crate) fn unbridged(random: &mut Rng) -> Self {
        match random.u8(0..4) {
            0 => Self::ProviderAway(minutes(random, 70..=300)),
            1 => Self::ProviderHangs(minutes(random, 70..=300)),
            2 => Self::ClockWrong(3600, minutes(random, 5..=90)),
            _ => Self::ClockWrong(-3600, minutes(random, 5..=90)),
        }
    }

    /// Begins, and how long it takes to end.
    pub(crate) fn begins(self, times: &Times, aws: &Aws, server: &ApiServer) -> Duration {
        match self {
            Self::ProviderAway(time) => {
                aws.becomes(Health::Away);
                time
            }
            Self::ProviderHangs(time) => {
                aws.becomes(Health::Hanging);
                time
            }
            Self::ClockWrong(seconds, time) => {
                times.wall.jump(seconds);
                time
            }
            Self::Suspended(time) => {
                times.suspend(time);
                // Nobody waits a night for a client.
                server.cuts_watches();
                Duration::ZERO
            }
            Self::Revoked => {
                aws.revoke();
                Duration::ZERO
            }
            Self::RefusedOnce => {
                server.refuses_next();
                Duration::ZERO
            }
            Self::Cut => {
                server.cuts_watches();
                Duration::ZERO
            }
        }
    }

    pub(crate) fn ends(self, times: &Times, aws: &Aws) {
        match self {
            Self::ProviderAway(_) | Self::ProviderHangs(_) => aws.becomes(Health::Well),
            Self::ClockWrong(seconds, _) => times.wall.jump(-seconds),
            _ => {}
        }
    }

    /// Its name without its numbers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ProviderAway(_) => "the provider answers with errors",
            Self::ProviderHangs(_) => "the provider hangs",
            Self::ClockWrong(3600 | -3600, _) => "the clock is wrong by an hour",
            Self::ClockWrong(..) => "the clock is a little wrong",
            Self::Suspended(_) => "the process is suspended",
            Self::Revoked => "the credentials are revoked",
            Self::RefusedOnce => "a good token is refused",
            Self::Cut => "the watch is cut",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

fn minutes(random: &mut Rng, range: std::ops::RangeInclusive<u64>) -> Duration {
    Duration::from_secs(random.u64(range) * MINUTE)
}
