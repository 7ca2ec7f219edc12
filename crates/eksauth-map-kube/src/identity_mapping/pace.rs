//! When the next snapshot is due.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// Many changes in a row make one snapshot in this time: each costs a pass over all objects.
const BETWEEN_SNAPSHOTS: Duration = Duration::from_millis(100);
/// How many times as long as a snapshot takes the pause after it is, so that a flood of changes
/// leaves most of a processor to others.
const REST: u32 = 4;

/// News are told at once, unless something was told a moment ago.
#[derive(Default)]
pub(super) struct Pace {
    due: Option<Instant>,
    begun: Option<Instant>,
    rested: Option<Instant>,
}

impl Pace {
    pub(super) fn news(&mut self) {
        let now = Instant::now();
        let earliest = self.rested.map_or(now, |rested| rested.max(now));
        self.due.get_or_insert(earliest);
    }

    /// Whether the news are to be told now.
    pub(super) fn begin_if_due(&mut self) -> bool {
        let is_due = self.due.is_some_and(|due| Instant::now() >= due);
        is_due && self.begin_if_news()
    }

    /// Whether there are news, be it too early for them: they are to be told now.
    pub(super) fn begin_if_news(&mut self) -> bool {
        let are_there = self.due.take().is_some();
        if are_there {
            self.begun = Some(Instant::now());
        }
        are_there
    }

    pub(super) fn told(&mut self) {
        let now = Instant::now();
        let took = self.begun.map_or(Duration::ZERO, |begun| now - begun);
        self.rested = Some(now + BETWEEN_SNAPSHOTS.max(took * REST));
    }

    /// What the future brings, unless news are due before that.
    pub(super) async fn unless_due<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        match self.due {
            Some(due) => timeout_at(due, future).await.ok(),
            None => Some(future.await),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::Pace;

    #[tokio::test(start_paused = true)]
    async fn the_pause_after_a_snapshot_grows_with_the_time_that_it_took() {
        let mut pace = Pace::default();
        pace.news();
        assert!(pace.begin_if_due());
        sleep(Duration::from_secs(1)).await;
        pace.told();
        pace.news();
        sleep(Duration::from_millis(3990)).await;
        assert!(!pace.begin_if_due());
        sleep(Duration::from_millis(10)).await;
        assert!(pace.begin_if_due());
    }

    #[tokio::test(start_paused = true)]
    async fn without_news_nothing_is_due() {
        let mut pace = Pace::default();
        sleep(Duration::from_secs(1)).await;
        assert!(!pace.begin_if_due());
    }
}
