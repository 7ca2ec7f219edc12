//! How many watches are open: each is counted from its answer to its end.

use tokio::sync::watch;

#[derive(Clone)]
pub(in crate::kubernetes) struct OpenWatches(watch::Sender<usize>);

/// One that is open.
pub(in crate::kubernetes) struct OpenWatch(OpenWatches);

impl OpenWatches {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<usize> {
        self.0.subscribe()
    }

    pub(super) fn open(&self) -> OpenWatch {
        self.0.send_modify(|count| *count += 1);
        OpenWatch(self.clone())
    }
}

impl Drop for OpenWatch {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}
