//! One call for everybody who asks at the same time.

use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use crate::sync::Mutex;

/// Lets one call be under way at a time. A call belongs to those who wait for it: it goes on while
/// one of them does, and ends with the last.
pub(crate) struct SingleFlight<T: Clone> {
    board: Arc<Mutex<Board<T>>>,
}

struct Board<T: Clone> {
    under_way: Option<(u64, WeakShared<BoxFuture<'static, T>>)>,
    last: u64,
}

/// A call, and whether it was under way before it was asked for.
pub(crate) struct Boarded<T: Clone> {
    pub(crate) call: Shared<BoxFuture<'static, T>>,
    pub(crate) joined: bool,
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    pub(crate) fn new() -> Self {
        let board = Board {
            under_way: None,
            last: 0,
        };
        Self {
            board: Arc::new(Mutex::new(board)),
        }
    }

    /// Joins the call that is under way, or starts one.
    pub(crate) fn board<F>(&self, start: impl FnOnce() -> F) -> Boarded<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut board = self.board.lock();
        if let Some(call) = board.under_way.as_ref().and_then(|(_, it)| it.upgrade()) {
            return Boarded { call, joined: true };
        }
        board.last += 1;
        let number = board.last;
        let landing = Landing {
            board: Arc::clone(&self.board),
            number,
        };
        let asking = start();
        let call = async move {
            let _landing = landing;
            asking.await
        };
        let call = call.boxed().shared();
        board.under_way = call.downgrade().map(|weak| (number, weak));
        Boarded {
            call,
            joined: false,
        }
    }
}

/// Takes a call off the board when it has ended or was given up: nobody joins it then.
struct Landing<T: Clone> {
    board: Arc<Mutex<Board<T>>>,
    number: u64,
}

impl<T: Clone> Drop for Landing<T> {
    fn drop(&mut self) {
        let mut board = self.board.lock();
        // Between the last waiter's leaving and now, the next call may have started.
        if matches!(board.under_way, Some((number, _)) if number == self.number) {
            board.under_way = None;
        }
    }
}
