//! Faults that can be switched while the sandbox runs.

mod command;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Serialize, Serializer};

pub use command::{Fault, InvalidFault};

/// What goes wrong in the local AWS, for as long as the test wants it to. Clones are the same
/// switches, from any thread.
///
/// Latency, throttling, outage and unavailability concern every service. A change counts from the
/// next request on.
///
/// # Examples
///
/// ```
/// use eksauth_sandbox::{Fault, Faults};
///
/// let faults = Faults::default();
/// faults.apply("throttle 3".parse()?);
/// assert_eq!(faults.snapshot().throttle_every, 3.try_into().ok());
///
/// faults.apply(Fault::Clear);
/// assert_eq!(faults.snapshot(), Default::default());
/// # Ok::<(), eksauth_sandbox::InvalidFault>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Switches>);

#[derive(Debug, Default)]
struct Switches {
    state: Mutex<State>,
    generation: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    shown: FaultState,
    /// Requests since the last one that was throttled.
    unthrottled: u32,
}

/// The faults in force, for showing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FaultState {
    /// One request of so many is throttled.
    pub throttle_every: Option<NonZeroU32>,
    /// How long every answer is held back; in milliseconds when serialised.
    #[serde(rename = "latencyMilliseconds", serialize_with = "milliseconds")]
    pub latency: Duration,
    /// Connections are dropped without an answer.
    pub outage: bool,
    /// Requests are answered with 503.
    pub unavailable: bool,
    /// How far AWS's clock is ahead; in seconds when serialised.
    #[serde(rename = "clockSkewSeconds", serialize_with = "seconds")]
    pub clock_skew: SignedDuration,
    /// How often all sessions of that moment were made to expire.
    pub sessions_expired: u64,
    /// Access keys that are not accepted at present.
    pub revoked: BTreeSet<String>,
}

impl Faults {
    /// Throttles every n-th request from now on; `None` stops that.
    pub fn throttle_every(&self, requests: Option<NonZeroU32>) {
        self.change(|state| {
            state.shown.throttle_every = requests;
            state.unthrottled = 0;
        });
    }

    /// Holds every answer back for so long.
    pub fn set_latency(&self, latency: Duration) {
        self.change(|state| state.shown.latency = latency);
    }

    /// Drops connections without an answer.
    pub fn set_outage(&self, outage: bool) {
        self.change(|state| state.shown.outage = outage);
    }

    /// Answers 503 to everything.
    pub fn set_unavailable(&self, unavailable: bool) {
        self.change(|state| state.shown.unavailable = unavailable);
    }

    /// Puts AWS's clock ahead, or behind when negative.
    pub fn set_clock_skew(&self, skew: SignedDuration) {
        self.change(|state| state.shown.clock_skew = skew);
    }

    /// Makes all session tokens that were issued so far expire now. They stay so.
    pub fn expire_sessions(&self) {
        self.change(|state| state.shown.sessions_expired += 1);
    }

    /// Stops accepting an access key, of a user or of a session.
    pub fn revoke(&self, access_key_id: impl Into<String>) {
        self.change(|state| {
            state.shown.revoked.insert(access_key_id.into());
        });
    }

    /// Accepts a revoked access key again.
    pub fn restore(&self, access_key_id: &str) {
        self.change(|state| {
            state.shown.revoked.remove(access_key_id);
        });
    }

    /// Ends all faults. Sessions that were made to expire stay expired, as they would at AWS.
    pub fn clear(&self) {
        self.change(|state| {
            let sessions_expired = state.shown.sessions_expired;
            *state = State::default();
            state.shown.sessions_expired = sessions_expired;
        });
    }

    /// Makes one change.
    pub fn apply(&self, fault: Fault) {
        match fault {
            Fault::Throttle(requests) => self.throttle_every(requests),
            Fault::Latency(latency) => self.set_latency(latency),
            Fault::Outage(on) => self.set_outage(on),
            Fault::Unavailable(on) => self.set_unavailable(on),
            Fault::Clock(skew) => self.set_clock_skew(skew),
            Fault::ExpireSessions => self.expire_sessions(),
            Fault::Revoke(access_key_id) => self.revoke(access_key_id),
            Fault::Restore(access_key_id) => self.restore(&access_key_id),
            Fault::Clear => self.clear(),
        }
    }

    /// The faults in force.
    pub fn snapshot(&self) -> FaultState {
        self.state().shown.clone()
    }

    /// A number that is another after each change: what was learned before may be wrong since.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    /// Counts a request, and says whether it is one to be throttled.
    pub(crate) fn throttles_this(&self) -> bool {
        let mut state = self.state();
        let Some(every) = state.shown.throttle_every else {
            return false;
        };
        state.unthrottled += 1;
        let throttled = state.unthrottled >= every.get();
        if throttled {
            state.unthrottled = 0;
        }
        throttled
    }

    pub(crate) fn latency(&self) -> Duration {
        self.state().shown.latency
    }

    pub(crate) fn is_outage(&self) -> bool {
        self.state().shown.outage
    }

    pub(crate) fn is_unavailable(&self) -> bool {
        self.state().shown.unavailable
    }

    pub(crate) fn clock_skew(&self) -> SignedDuration {
        self.state().shown.clock_skew
    }

    /// Sessions remember the epoch in which they were issued, and end with it.
    pub(crate) fn session_epoch(&self) -> u64 {
        self.state().shown.sessions_expired
    }

    pub(crate) fn is_revoked(&self, access_key_id: &str) -> bool {
        self.state().shown.revoked.contains(access_key_id)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        // While the lock is held: whoever sees the new number sees the new state.
        self.0.generation.fetch_add(1, Ordering::Release);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No change is made of steps between which one could panic.
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

fn milliseconds<S: Serializer>(latency: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(latency.as_millis()).unwrap_or(u64::MAX))
}

fn seconds<S: Serializer>(skew: &SignedDuration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(skew.as_secs())
}
