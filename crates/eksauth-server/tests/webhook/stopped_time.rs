//! Time that only the test lets pass.

use std::sync::mpsc;
use std::time::Duration;

/// The runtime's time, which passes only when the test says so, however long the machine takes.
/// Until this is dropped the runtime does not skip to the next timer either.
pub(crate) struct StoppedTime {
    _held: mpsc::Sender<()>,
}

impl StoppedTime {
    pub(crate) fn begin() -> Self {
        tokio::time::pause();
        let (held, dropped) = mpsc::channel::<()>();
        // While a blocking task runs, paused time does not advance by itself.
        tokio::task::spawn_blocking(move || dropped.recv());
        Self { _held: held }
    }

    /// Lets everything happen that can, then lets time pass, and lets everything happen that then
    /// happens.
    pub(crate) async fn pass(&self, by: Duration) {
        settle().await;
        tokio::time::advance(by).await;
        settle().await;
    }
}

/// Lets every task of this thread run as far as it gets.
pub(crate) async fn settle() {
    for _ in 0..600 {
        tokio::task::yield_now().await;
    }
}
