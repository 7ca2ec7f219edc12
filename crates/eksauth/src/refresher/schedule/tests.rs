use super::*;
use crate::refresher::Refreshing;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

struct Nothing;

impl Refresh for Nothing {
    fn refresh(self: Arc<Self>) -> Refreshing {
        Refreshing::Done
    }
}

/// A schedule, and what keeps its sources alive.
fn schedule_of(count: usize) -> (Schedule, Vec<u64>, Vec<Arc<dyn Refresh>>) {
    let mut schedule = Schedule::default();
    let sources: Vec<Arc<dyn Refresh>> = (0..count).map(|_| Arc::new(Nothing) as _).collect();
    let ids = sources.iter().map(|it| schedule.enrol(Arc::downgrade(it)));
    let ids = ids.collect();
    (schedule, ids, sources)
}

#[test]
fn what_is_planned_is_due_when_its_time_has_come_and_once() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(2);
    schedule.plan(ids[0], now, SECOND);
    schedule.plan(ids[1], now, 2 * SECOND);
    assert_eq!(schedule.take_due(now).len(), 0);
    assert_eq!(schedule.fall_asleep(), Some(now + SECOND));
    assert_eq!(schedule.take_due(now + SECOND).len(), 1);
    assert_eq!(schedule.take_due(now + MINUTE).len(), 1);
    assert_eq!(schedule.take_due(now + MINUTE).len(), 0);
    assert_eq!(schedule.fall_asleep(), None);
}

#[test]
fn a_plan_replaces_the_one_before() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(1);
    schedule.plan(ids[0], now, SECOND);
    schedule.plan(ids[0], now, 5 * SECOND);
    assert_eq!(schedule.fall_asleep(), Some(now + 5 * SECOND));
    schedule.plan_retry(ids[0], now, 2 * SECOND);
    assert_eq!(schedule.take_due(now + 5 * SECOND).len(), 1);
    assert_eq!(schedule.take_due(now + 5 * SECOND).len(), 0);
}

#[test]
fn times_further_off_than_ten_seconds_are_rounded_up_to_whole_seconds() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(1);
    schedule.plan(ids[0], now, MINUTE);
    assert_eq!(schedule.fall_asleep(), Some(now + MINUTE));
    let later = now + Duration::from_millis(300);
    schedule.plan(ids[0], later, MINUTE);
    assert_eq!(schedule.fall_asleep(), Some(now + MINUTE + SECOND));
    schedule.plan(ids[0], later, SECOND);
    assert_eq!(schedule.fall_asleep(), Some(later + SECOND));
}

#[test]
fn the_task_is_woken_up_for_what_comes_before_its_own_time_only() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(3);
    assert!(!schedule.plan(ids[0], now, 5 * SECOND), "it is awake");
    schedule.fall_asleep();
    assert!(!schedule.plan(ids[1], now, 6 * SECOND));
    assert!(schedule.plan(ids[2], now, 4 * SECOND));
}

#[test]
fn a_task_that_sleeps_for_good_is_woken_up_for_anything() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(1);
    schedule.fall_asleep();
    assert!(schedule.plan(ids[0], now, MINUTE));
}

#[test]
fn a_nudge_makes_it_due_at_once() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(1);
    schedule.plan(ids[0], now, MINUTE);
    schedule.fall_asleep();
    assert!(schedule.nudge(ids[0], now));
    assert_eq!(schedule.take_due(now).len(), 1);
}

#[test]
fn a_nudge_does_nothing_while_it_is_under_way() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(1);
    schedule.plan(ids[0], now, SECOND);
    assert_eq!(schedule.take_due(now + SECOND).len(), 1);
    schedule.fall_asleep();
    assert!(!schedule.nudge(ids[0], now));
    assert_eq!(schedule.take_due(now + SECOND).len(), 0);
}

#[test]
fn a_nudge_does_not_hurry_a_retry() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(1);
    schedule.plan_retry(ids[0], now, 4 * SECOND);
    schedule.fall_asleep();
    assert!(!schedule.nudge(ids[0], now));
    assert_eq!(schedule.take_due(now).len(), 0);
    assert_eq!(schedule.take_due(now + 4 * SECOND).len(), 1);
}

#[test]
fn nobody_wakes_up_for_who_is_forgotten() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(2);
    schedule.plan(ids[0], now, SECOND);
    assert!(!schedule.forget(ids[0]), "there is another one");
    assert_eq!(schedule.fall_asleep(), None);
    assert!(!schedule.plan(ids[0], now, SECOND));
    assert!(schedule.forget(ids[1]), "the task has nothing left to do");
    assert!(schedule.is_empty());
}

#[test]
fn what_a_run_had_under_way_is_due_in_the_next() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(2);
    let first = schedule.run_starts(now);
    schedule.plan(ids[0], now, SECOND);
    schedule.plan(ids[1], now, MINUTE);
    schedule.take_due(now + SECOND);
    schedule.run_ends(first);
    schedule.run_starts(now + 2 * SECOND);
    assert_eq!(schedule.take_due(now + 2 * SECOND).len(), 1);
}

#[test]
fn a_run_that_was_followed_by_another_does_not_end_it() {
    let now = Instant::now();
    let mut schedule = Schedule::default();
    let first = schedule.run_starts(now);
    let second = schedule.run_starts(now);
    schedule.run_ends(first);
    assert!(schedule.is_run());
    schedule.run_ends(second);
    assert!(!schedule.is_run());
}

#[test]
fn a_refresh_that_ended_without_a_plan_is_settled_and_no_other_plan_is_touched() {
    let now = Instant::now();
    let (mut schedule, ids, _sources) = schedule_of(1);
    schedule.plan(ids[0], now, SECOND);
    schedule.settle(ids[0], now, 5 * SECOND);
    assert_eq!(schedule.fall_asleep(), Some(now + SECOND));
    assert_eq!(schedule.take_due(now + SECOND).len(), 1);
    assert_eq!(schedule.fall_asleep(), None);
    assert!(schedule.settle(ids[0], now, 5 * SECOND));
    assert_eq!(schedule.fall_asleep(), Some(now + 5 * SECOND));
}
