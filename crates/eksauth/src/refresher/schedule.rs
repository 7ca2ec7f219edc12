//! Who is to be renewed when.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::Refresh;

/// Times that are further off are rounded up to whole seconds.
const EXACT: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct Schedule {
    sources: HashMap<u64, Source>,
    queue: BTreeSet<(Instant, u64)>,
    last_id: u64,
    /// What whole seconds are counted from.
    start: Option<Instant>,
    /// When the task wakes up on its own; `None` while it is awake.
    asleep_until: Option<Wake>,
    runs: u64,
    is_run: bool,
}

struct Source {
    refresh: Weak<dyn Refresh>,
    plan: Plan,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Plan {
    None,
    At(Instant),
    RetryAt(Instant),
    UnderWay,
}

impl Plan {
    fn time(self) -> Option<Instant> {
        match self {
            Self::At(time) | Self::RetryAt(time) => Some(time),
            Self::None | Self::UnderWay => None,
        }
    }
}

#[derive(Clone, Copy)]
enum Wake {
    Never,
    At(Instant),
}

impl Schedule {
    pub(super) fn enrol(&mut self, refresh: Weak<dyn Refresh>) -> u64 {
        self.last_id += 1;
        let source = Source {
            refresh,
            plan: Plan::None,
        };
        self.sources.insert(self.last_id, source);
        self.last_id
    }

    /// Whether the task must be woken up, because nothing is left to do.
    pub(super) fn forget(&mut self, id: u64) -> bool {
        let source = self.sources.remove(&id);
        if let Some(time) = source.and_then(|it| it.plan.time()) {
            self.queue.remove(&(time, id));
        }
        self.sources.is_empty()
    }

    /// Whether the task must be woken up for it.
    pub(super) fn plan(&mut self, id: u64, now: Instant, delay: Duration) -> bool {
        let time = self.rounded(now, delay);
        self.set(id, Plan::At(time), time)
    }

    /// Whether the task must be woken up for it.
    pub(super) fn plan_retry(&mut self, id: u64, now: Instant, delay: Duration) -> bool {
        let time = self.rounded(now, delay);
        self.set(id, Plan::RetryAt(time), time)
    }

    /// Whether the task must be woken up for it.
    pub(super) fn settle(&mut self, id: u64, now: Instant, delay: Duration) -> bool {
        match self.sources.get(&id).map(|it| it.plan) {
            Some(Plan::UnderWay) => self.plan(id, now, delay),
            _ => false,
        }
    }

    /// Whether the task must be woken up for it.
    pub(super) fn nudge(&mut self, id: u64, now: Instant) -> bool {
        match self.sources.get(&id).map(|it| it.plan) {
            Some(Plan::None | Plan::At(_)) => self.set(id, Plan::At(now), now),
            // A busy caller is not to undo the pauses after failures.
            Some(Plan::RetryAt(_) | Plan::UnderWay) | None => false,
        }
    }

    fn set(&mut self, id: u64, plan: Plan, time: Instant) -> bool {
        let Some(source) = self.sources.get_mut(&id) else {
            return false;
        };
        if let Some(before) = source.plan.time() {
            self.queue.remove(&(before, id));
        }
        source.plan = plan;
        self.queue.insert((time, id));
        match self.asleep_until {
            None => false,
            Some(Wake::Never) => true,
            Some(Wake::At(wake)) => time < wake,
        }
    }

    fn rounded(&mut self, now: Instant, delay: Duration) -> Instant {
        let start = *self.start.get_or_insert(now);
        let time = now + delay;
        if delay < EXACT {
            return time;
        }
        let since = time.duration_since(start);
        match since.subsec_nanos() {
            0 => time,
            nanos => time + Duration::from_secs(1) - Duration::from_nanos(nanos.into()),
        }
    }

    pub(super) fn take_due(&mut self, now: Instant) -> Vec<Arc<dyn Refresh>> {
        self.asleep_until = None;
        let mut due = Vec::new();
        while let Some((time, id)) = self.queue.first().copied().filter(|(it, _)| *it <= now) {
            self.queue.remove(&(time, id));
            if let Some(source) = self.sources.get_mut(&id) {
                source.plan = Plan::UnderWay;
                due.extend(source.refresh.upgrade());
            }
        }
        due
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// When to wake up, if anything is planned.
    pub(super) fn fall_asleep(&mut self) -> Option<Instant> {
        let first = self.queue.first().map(|(time, _)| *time);
        self.asleep_until = Some(first.map_or(Wake::Never, Wake::At));
        first
    }

    pub(super) fn is_run(&self) -> bool {
        self.is_run
    }

    /// The number of the run. What was under way ended with the run before, and is done first.
    pub(super) fn run_starts(&mut self, now: Instant) -> u64 {
        self.runs += 1;
        self.is_run = true;
        self.asleep_until = None;
        for (id, source) in &mut self.sources {
            if source.plan == Plan::UnderWay {
                source.plan = Plan::At(now);
                self.queue.insert((now, *id));
            }
        }
        self.runs
    }

    pub(super) fn run_ends(&mut self, number: u64) {
        if number == self.runs {
            self.is_run = false;
        }
    }
}

#[cfg(test)]
mod tests;
