//! The connections of one listener: counted, and ended together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// More than any test opens, and fewer than the file descriptors of a process.
const MOST_CONNECTIONS: usize = 1024;

/// How long open connections may take to finish once they are told to.
const GRACE: Duration = Duration::from_secs(1);

/// The tasks of a listener's connections and tunnels.
#[derive(Clone)]
pub(super) struct Connections {
    slots: Arc<Semaphore>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
    abort: CancellationToken,
}

/// The right to be one of the connections; it ends when dropped.
pub(super) struct Slot {
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    pub(super) fn until(shutdown: &CancellationToken) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
            tasks: TaskTracker::new(),
            shutdown: shutdown.clone(),
            abort: CancellationToken::new(),
        }
    }

    /// Tells connections to finish.
    pub(super) fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }

    /// Waits until another connection is allowed; `None` once no more are.
    pub(super) async fn slot(&self) -> Option<Slot> {
        let slot = Arc::clone(&self.slots).acquire_owned();
        let permit = self.shutdown.run_until_cancelled(slot).await?.ok()?;
        Some(Slot { _permit: permit })
    }

    /// Whether another connection is allowed now.
    pub(super) fn try_slot(&self) -> Option<Slot> {
        let permit = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        Some(Slot { _permit: permit })
    }

    /// Runs a connection, until [`end`](Self::end) loses patience with it.
    pub(super) fn spawn(&self, slot: Slot, connection: impl Future<Output = ()> + Send + 'static) {
        let abort = self.abort.clone();
        self.tasks.spawn(async move {
            abort.run_until_cancelled(connection).await;
            drop(slot);
        });
    }

    /// Waits for connections that were told to finish, and after a short grace drops the rest.
    pub(super) async fn end(self) {
        self.tasks.close();
        let finished = tokio::time::timeout(GRACE, self.tasks.wait()).await;
        if finished.is_err() {
            self.abort.cancel();
            self.tasks.wait().await;
        }
    }
}
