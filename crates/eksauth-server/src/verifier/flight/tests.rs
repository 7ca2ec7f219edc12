use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{join_all, pending};
use tokio::sync::oneshot;

use super::*;
use crate::Outage;

const MANY: usize = 1_000;

fn key(name: &str) -> TokenKey {
    TokenKey::of(name)
}

fn verdict(status: u16) -> Verdict {
    Err(VerifyError::Unavailable(Outage::Server { status }))
}

/// A call that ends when it is told how.
async fn told(answer: oneshot::Receiver<Verdict>) -> Verdict {
    answer.await.unwrap()
}

/// Polls a future that is not ready; whether it was not.
fn begun(future: &mut (impl Future + Unpin)) -> bool {
    future.now_or_never().is_none()
}

fn full() -> Verdict {
    Err(VerifyError::Overloaded {
        retry_after: RETRY_WHEN_FULL,
    })
}

#[tokio::test]
async fn all_who_ask_for_the_same_share_one_call() {
    let flights = Flights::default();
    let calls = AtomicUsize::new(0);
    let (answer, call) = oneshot::channel();
    let mut call = Some(call);
    let waiting = (0..100).map(|_| {
        let call = call.take();
        let calls = &calls;
        flights.join(key("a"), MANY, move || {
            calls.fetch_add(1, Ordering::Relaxed);
            told(call.unwrap())
        })
    });
    let mut all = Box::pin(join_all(waiting));
    assert!(begun(&mut all));
    assert_eq!(flights.in_flight(), 1);
    answer.send(verdict(500)).unwrap();
    assert_eq!(all.await, vec![verdict(500); 100]);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert_eq!(flights.in_flight(), 0);
}

#[tokio::test]
async fn who_asks_for_something_else_has_a_call_of_their_own() {
    let flights = Flights::default();
    let mut other = Box::pin(flights.join(key("a"), MANY, pending));
    assert!(begun(&mut other));
    let own = flights.join(key("b"), MANY, || async { verdict(500) });
    assert_eq!(own.await, verdict(500));
    assert_eq!(flights.in_flight(), 1);
}

#[tokio::test]
async fn what_has_landed_is_asked_again() {
    let flights = Flights::default();
    for status in [500, 501] {
        let call = flights.join(key("a"), MANY, || async move { verdict(status) });
        assert_eq!(call.await, verdict(status));
    }
}

#[tokio::test]
async fn a_call_lives_as_long_as_one_waits_for_it() {
    let flights = Flights::default();
    let (mut answer, call) = oneshot::channel();
    let mut first = Box::pin(flights.join(key("a"), MANY, || told(call)));
    let mut second = Box::pin(flights.join(key("a"), MANY, pending));
    assert!(begun(&mut first));
    assert!(begun(&mut second));

    drop(first);
    assert!(!answer.is_closed());
    assert_eq!(flights.in_flight(), 1);

    drop(second);
    answer.closed().await;
    assert_eq!(flights.in_flight(), 0);
}

#[tokio::test]
async fn one_who_stays_gets_the_answer_of_the_call_that_another_began() {
    let flights = Flights::default();
    let (answer, call) = oneshot::channel();
    let mut first = Box::pin(flights.join(key("a"), MANY, || told(call)));
    let mut second = Box::pin(flights.join(key("a"), MANY, pending));
    assert!(begun(&mut first));
    assert!(begun(&mut second));
    drop(first);
    answer.send(verdict(500)).unwrap();
    assert_eq!(second.await, verdict(500));
}

#[tokio::test]
async fn a_landing_does_not_take_the_next_flight_off_the_board() {
    let flights = Flights::default();
    let old = Landing {
        board: Arc::clone(&flights.board),
        key: key("a"),
        number: 0,
    };
    let mut next = Box::pin(flights.join(key("a"), MANY, pending));
    assert!(begun(&mut next));
    drop(old);
    assert_eq!(flights.in_flight(), 1);
    drop(next);
    assert_eq!(flights.in_flight(), 0);
}

#[tokio::test]
async fn a_flight_that_was_left_but_not_yet_taken_off_is_not_joined() {
    let flights = Flights::default();
    let left = pending().boxed().shared();
    let call = left.downgrade().unwrap();
    let departure = Departure { number: 0, call };
    lock(&flights.board).in_flight.insert(key("a"), departure);
    drop(left);
    let call = flights.join(key("a"), MANY, || async { verdict(500) });
    assert_eq!(call.await, verdict(500));
}

#[tokio::test]
async fn no_more_than_the_bound_are_in_flight_and_joining_is_free() {
    let flights = Flights::default();
    let mut first = Box::pin(flights.join(key("a"), 2, pending));
    let mut second = Box::pin(flights.join(key("b"), 2, pending));
    assert!(begun(&mut first));
    assert!(begun(&mut second));

    let never = || async { panic!("not called") };
    assert_eq!(flights.join(key("c"), 2, never).await, full());
    let mut joined = Box::pin(flights.join(key("a"), 2, never));
    assert!(begun(&mut joined));

    drop(second);
    let call = flights.join(key("c"), 2, || async { verdict(500) });
    assert_eq!(call.await, verdict(500));
}

#[tokio::test]
async fn a_bound_of_none_refuses_everything() {
    let flights = Flights::default();
    let never = || async { panic!("not called") };
    assert_eq!(flights.join(key("a"), 0, never).await, full());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_contention_everybody_lands_and_the_board_is_empty() {
    let flights = Arc::new(Flights::default());
    let tasks: Vec<_> = (0..2_000)
        .map(|number| {
            let flights = Arc::clone(&flights);
            tokio::spawn(async move {
                let key = key(&(number % 7).to_string());
                let ask = || async {
                    tokio::task::yield_now().await;
                    verdict(500)
                };
                let mut call = Box::pin(flights.join(key, MANY, ask));
                if number % 3 == 0 {
                    // Comes, looks and leaves.
                    begun(&mut call);
                    return;
                }
                assert_eq!(call.await, verdict(500));
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(flights.in_flight(), 0);
}
