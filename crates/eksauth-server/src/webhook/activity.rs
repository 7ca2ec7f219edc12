//! Whether anything happens on a connection.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// The requests of one connection.
#[derive(Clone)]
pub(super) struct Activity(Arc<watch::Sender<Seen>>);

#[derive(Clone, Copy, Default)]
struct Seen {
    in_flight: usize,
    any: bool,
}

/// A request under way, until it is dropped.
pub(super) struct Busy(Activity);

impl Activity {
    pub(super) fn none() -> Self {
        Self(Arc::new(watch::Sender::new(Seen::default())))
    }

    /// A request begins.
    pub(super) fn begin(&self) -> Busy {
        self.0.send_modify(|seen| {
            seen.in_flight += 1;
            seen.any = true;
        });
        Busy(self.clone())
    }

    /// Waits until nothing has happened for so long: `first` as long as there was no request at all,
    /// `next` after that.
    pub(super) async fn quiet(&self, first: Duration, next: Duration) {
        let mut changes = self.0.subscribe();
        loop {
            let seen = *changes.borrow_and_update();
            let patience = match seen {
                Seen { in_flight: 1.., .. } => Duration::MAX,
                Seen { any: true, .. } => next,
                Seen { any: false, .. } => first,
            };
            if timeout(patience, changes.changed()).await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.send_modify(|seen| seen.in_flight -= 1);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const FIRST: Duration = Duration::from_secs(10);
    const NEXT: Duration = Duration::from_secs(120);

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_request_is_quiet_sooner() {
        let start = Instant::now();
        Activity::none().quiet(FIRST, NEXT).await;
        assert_eq!(start.elapsed().as_secs(), FIRST.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_is_not_quiet_however_long_it_takes() {
        let start = Instant::now();
        let activity = Activity::none();
        let request = activity.begin();
        let another = activity.begin();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1_000)).await;
            drop(request);
            tokio::time::sleep(Duration::from_secs(1_000)).await;
            drop(another);
        });
        activity.quiet(FIRST, NEXT).await;
        assert_eq!(start.elapsed().as_secs(), 2_000 + NEXT.as_secs());
    }
}
