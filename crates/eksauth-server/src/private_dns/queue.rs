//! Those who wait for a name, and the instances that are still to be asked for.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::{Notify, oneshot};

use super::{InstanceId, PrivateDnsError};

/// As many as EC2 takes without a word about it: its filters allow 200 values.
pub(super) const MOST_IDS: usize = 100;

/// More than can be asked for while somebody waits.
const MOST_WAITING: usize = 10_000;

/// What is found out about an instance.
pub(super) type Answer = Result<Arc<str>, PrivateDnsError>;

/// Waits for an answer.
pub(super) type Flight = Shared<BoxFuture<'static, Answer>>;

/// An instance that is to be asked for, and who is told.
pub(super) struct Wanted {
    pub(super) id: InstanceId,
    pub(super) told: oneshot::Sender<Answer>,
}

/// Instances that are asked for or will be.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrivals: Notify,
}

#[derive(Default)]
struct State {
    flights: HashMap<InstanceId, Flight>,
    waiting: VecDeque<Wanted>,
    /// Whether somebody takes from those waiting.
    attended: bool,
}

/// What joining has come to.
pub(super) struct Joined {
    pub(super) flight: Flight,
    /// Nobody takes from those waiting yet: whoever sees this sends somebody.
    pub(super) unattended: bool,
}

impl Queue {
    /// Joins the flight for an instance, or puts it in the queue. `known` is looked at once more, for a
    /// flight that has landed a moment ago.
    pub(super) fn join(
        &self,
        id: InstanceId,
        known: impl FnOnce(&InstanceId) -> Option<Answer>,
    ) -> Result<Joined, PrivateDnsError> {
        let mut state = self.lock();
        if let Some(flight) = state.flights.get(&id) {
            return Ok(Joined::attended(flight.clone()));
        }
        if let Some(answer) = known(&id) {
            return Ok(Joined::attended(async { answer }.boxed().shared()));
        }
        if state.flights.len() >= MOST_WAITING {
            return Err(PrivateDnsError::Overloaded {
                retry_after: Duration::from_secs(1),
            });
        }
        let (told, answer) = oneshot::channel();
        // Nobody tells when the runtime that asks has ended.
        let answer = answer.map(|it| it.unwrap_or_else(|_| Err(given_up())));
        let flight = answer.boxed().shared();
        state.flights.insert(id.clone(), flight.clone());
        state.waiting.push_back(Wanted { id, told });
        let unattended = !std::mem::replace(&mut state.attended, true);
        self.arrivals.notify_one();
        Ok(Joined { flight, unattended })
    }

    /// Whether somebody waits. If not, the one who asks attends the queue no longer.
    pub(super) fn goes_on(&self) -> bool {
        let mut state = self.lock();
        state.attended = !state.waiting.is_empty();
        state.attended
    }

    /// The one who attends the queue does so no longer, come what may.
    pub(super) fn leave(&self) {
        self.lock().attended = false;
    }

    /// As many as fit in a call.
    pub(super) fn take(&self) -> Vec<Wanted> {
        let mut state = self.lock();
        let count = state.waiting.len().min(MOST_IDS);
        state.waiting.drain(..count).collect()
    }

    /// Returns when a call would be full.
    pub(super) async fn full(&self) {
        while self.lock().waiting.len() < MOST_IDS {
            self.arrivals.notified().await;
        }
    }

    /// The flight for an instance has ended; who comes now needs another.
    pub(super) fn landed(&self, id: &InstanceId) {
        self.lock().flights.remove(id);
    }

    /// Nothing panics while it is locked, and every state of it is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Joined {
    fn attended(flight: Flight) -> Self {
        Self {
            flight,
            unattended: false,
        }
    }
}

/// What those are told whose call was dropped.
pub(super) fn given_up() -> PrivateDnsError {
    let reason = "the call was given up".to_owned();
    super::DescribeError::Unavailable { reason }.into()
}
