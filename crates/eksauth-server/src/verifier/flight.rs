//! One call for everybody who asks for the same at the same time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use crate::VerifyError;

use super::Verdict;
use super::cache::TokenKey;

/// A call in progress is as short as one round trip: time for some to land.
const RETRY_WHEN_FULL: Duration = Duration::from_secs(1);

/// Calls in progress, by token. A call belongs to those who wait for it: it goes on while one of them
/// does, and ends with the last.
#[derive(Default)]
pub(super) struct Flights {
    board: Arc<Board>,
}

type Call = BoxFuture<'static, Verdict>;
type Board = Mutex<Departures>;

#[derive(Default)]
struct Departures {
    in_flight: HashMap<TokenKey, Departure>,
    last: u64,
}

struct Departure {
    /// Tells a flight from the next one for the same token.
    number: u64,
    call: WeakShared<Call>,
}

impl Flights {
    /// Joins the flight for a token, or starts it.
    pub(super) async fn join<F>(
        &self,
        key: TokenKey,
        max_in_flight: usize,
        ask: impl FnOnce() -> F,
    ) -> Verdict
    where
        F: Future<Output = Verdict> + Send + 'static,
    {
        let call = self.board(key, max_in_flight, ask)?;
        call.await
    }

    fn board<F>(
        &self,
        key: TokenKey,
        max_in_flight: usize,
        ask: impl FnOnce() -> F,
    ) -> Result<Shared<Call>, VerifyError>
    where
        F: Future<Output = Verdict> + Send + 'static,
    {
        let mut departures = lock(&self.board);
        let under_way = departures.in_flight.get(&key);
        if let Some(call) = under_way.and_then(|it| it.call.upgrade()) {
            return Ok(call);
        }
        if departures.in_flight.len() >= max_in_flight {
            return Err(VerifyError::Overloaded {
                retry_after: RETRY_WHEN_FULL,
            });
        }
        departures.last += 1;
        let landing = Landing {
            board: Arc::clone(&self.board),
            key,
            number: departures.last,
        };
        let number = landing.number;
        let asking = ask();
        let call = async move {
            let _landing = landing;
            asking.await
        };
        let call = call.boxed().shared();
        if let Some(weak) = call.downgrade() {
            departures
                .in_flight
                .insert(key, Departure { number, call: weak });
        }
        Ok(call)
    }

    /// Lets nobody join what is under way.
    pub(super) fn close_boarding(&self) {
        lock(&self.board).in_flight.clear();
    }

    #[cfg(test)]
    pub(super) fn in_flight(&self) -> usize {
        lock(&self.board).in_flight.len()
    }
}

/// Takes a flight off the board when it has landed or was given up.
struct Landing {
    board: Arc<Board>,
    key: TokenKey,
    number: u64,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut departures = lock(&self.board);
        // Between the last waiter's leaving and now, the next flight may have started.
        let own = |it: &Departure| it.number == self.number;
        if departures.in_flight.get(&self.key).is_some_and(own) {
            departures.in_flight.remove(&self.key);
        }
    }
}

/// Nothing panics while the board is locked, and every state of it is whole.
fn lock(board: &Board) -> MutexGuard<'_, Departures> {
    board
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests;
