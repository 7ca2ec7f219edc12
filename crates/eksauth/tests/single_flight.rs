//! The single flight, in schedules of threads that a machine would show once in a blue moon.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "../src/single_flight.rs"]
mod single_flight;

/// What the module takes from the crate, with a lock at which the scheduler may switch threads.
mod sync {
    use shuttle::sync::MutexGuard;

    pub(crate) struct Mutex<T>(shuttle::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(shuttle::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().expect("no thread panics with the lock")
        }
    }
}

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use shuttle::future::{block_on, yield_now};
use shuttle::thread;

use single_flight::SingleFlight;

const SCHEDULES: usize = 2_000;

/// Runs a test in many schedules. One in which nobody can go on fails it.
fn explore(test: impl Fn() + Clone + Send + Sync + 'static) {
    shuttle::check_random(test.clone(), SCHEDULES);
    for depth in 2..=4 {
        shuttle::check_pct(test.clone(), SCHEDULES / 2, depth);
    }
}

/// A flight whose calls answer with their number, after a while.
#[derive(Clone)]
struct Flight {
    calls: Arc<SingleFlight<usize>>,
    log: Arc<Log>,
}

/// No thread is switched at these, so that what they count is what the schedule did.
#[derive(Default)]
struct Log {
    started: AtomicUsize,
    under_way: AtomicUsize,
}

impl Flight {
    fn new() -> Self {
        Self {
            calls: Arc::new(SingleFlight::new()),
            log: Arc::default(),
        }
    }

    fn ask(&self) -> (impl Future<Output = usize> + Clone + Unpin + use<>, bool) {
        let log = Arc::clone(&self.log);
        let boarded = self.calls.board(|| call(log));
        (boarded.call, boarded.joined)
    }

    fn started(&self) -> usize {
        self.log.started.load(Ordering::SeqCst)
    }
}

async fn call(log: Arc<Log>) -> usize {
    let number = log.started.fetch_add(1, Ordering::SeqCst) + 1;
    let _under_way = UnderWay::begin(&log);
    for _ in 0..3 {
        yield_now().await;
    }
    number
}

struct UnderWay<'a>(&'a Log);

impl<'a> UnderWay<'a> {
    fn begin(log: &'a Log) -> Self {
        let others = log.under_way.fetch_add(1, Ordering::SeqCst);
        assert_eq!(others, 0, "another call is under way");
        Self(log)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Polls a call once, as somebody would who then loses patience.
fn glance(call: &mut (impl Future<Output = usize> + Unpin)) -> Poll<usize> {
    Pin::new(call).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn one_call_is_under_way_at_a_time_and_nobody_waits_forever() {
    explore(|| {
        let flight = Flight::new();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let flight = flight.clone();
                thread::spawn(move || {
                    for _ in 0..2 {
                        let (call, _) = flight.ask();
                        block_on(call);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert!((1..=8).contains(&flight.started()));
    });
}

#[test]
fn who_joins_gets_the_same_value() {
    explore(|| {
        let flight = Flight::new();
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let flight = flight.clone();
                thread::spawn(move || {
                    let (call, joined) = flight.ask();
                    (block_on(call), joined)
                })
            })
            .collect();
        let answers: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
        let started: Vec<_> = answers.iter().filter(|(_, joined)| !joined).collect();
        assert_eq!(started.len(), flight.started());
        for (value, _) in &answers {
            let starters = started.iter().filter(|(it, _)| it == value).count();
            assert_eq!(starters, 1, "{answers:?}");
        }
    });
}

#[test]
fn a_landed_call_is_not_joined_by_who_asks_afterwards() {
    explore(|| {
        let flight = Flight::new();
        let last_landed = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let flight = flight.clone();
                let last_landed = Arc::clone(&last_landed);
                thread::spawn(move || {
                    for _ in 0..2 {
                        let before = last_landed.load(Ordering::SeqCst);
                        let (call, _) = flight.ask();
                        let number = block_on(call);
                        assert!(number > before);
                        last_landed.fetch_max(number, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_call_goes_on_while_one_waits_for_it() {
    explore(|| {
        let flight = Flight::new();
        let (mut first, joined) = flight.ask();
        assert!(!joined);
        assert_eq!(glance(&mut first), Poll::Pending);
        let (call, joined) = flight.ask();
        assert!(joined);
        let patient = thread::spawn(move || block_on(call));
        let impatient = thread::spawn(move || drop(first));
        impatient.join().unwrap();
        assert_eq!(patient.join().unwrap(), 1);
        assert_eq!(flight.started(), 1);
    });
}

#[test]
fn when_all_waiters_give_up_the_call_is_dropped_and_the_next_asks_anew() {
    explore(|| {
        let flight = Flight::new();
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let flight = flight.clone();
                thread::spawn(move || {
                    let (mut call, _) = flight.ask();
                    // Too soon for an answer, unless others have waited for longer.
                    let _ = glance(&mut call);
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(flight.log.under_way.load(Ordering::SeqCst), 0);

        let before = flight.started();
        let (call, joined) = flight.ask();
        assert!(!joined);
        assert_eq!(block_on(call), before + 1);
    });
}

#[test]
fn who_gives_up_while_others_ask_leaves_them_a_call() {
    explore(|| {
        let flight = Flight::new();
        let (mut first, _) = flight.ask();
        assert_eq!(glance(&mut first), Poll::Pending);
        let others: Vec<_> = (0..2)
            .map(|_| {
                let flight = flight.clone();
                thread::spawn(move || block_on(flight.ask().0))
            })
            .collect();
        drop(first);
        for other in others {
            assert!((1..=3).contains(&other.join().unwrap()));
        }
    });
}
