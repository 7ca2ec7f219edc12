//! Many callers, one flight.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use tokio::sync::Barrier;

use super::*;

type Caller<'s> = Pin<Box<dyn Future<Output = Result<Arc<Token>, TokenError>> + 's>>;

/// Callers that have asked, in this order, and wait.
fn waiting_callers(source: &TokenSource, count: usize) -> Vec<Caller<'_>> {
    (0..count)
        .map(|_| {
            let mut caller: Caller<'_> = Box::pin(source.token());
            let polled = caller
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(polled, Poll::Pending));
            caller
        })
        .collect()
}

#[tokio::test]
async fn a_hundred_callers_at_a_cold_start_share_one_flight() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let callers = waiting_callers(&source, 100);
    assert_eq!(provider.calls(), 1);

    provider.open(100);
    let mut tokens = Vec::new();
    for caller in callers {
        tokens.push(caller.await.unwrap());
    }
    assert!(tokens.iter().all(|token| Arc::ptr_eq(token, &tokens[0])));
    assert_eq!(provider.calls(), 1);
}

#[tokio::test]
async fn a_hundred_callers_share_a_failure_and_the_next_one_tries_again() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    provider.fail();
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let callers = waiting_callers(&source, 100);

    provider.open(100);
    for caller in callers {
        let error = caller.await.unwrap_err();
        assert!(matches!(error, TokenError::Credentials(_)), "{error}");
    }
    assert_eq!(provider.calls(), 1);

    provider.give(long_lived("AKIAONE"));
    source.token().await.unwrap();
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn who_waited_for_a_failed_refresh_gets_the_old_token_too() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    provider.open(1);
    let old = source.token().await.unwrap();

    provider.fail();
    clock.advance(14 * MINUTE);
    let callers = waiting_callers(&source, 10);
    provider.open(10);
    for caller in callers {
        assert!(Arc::ptr_eq(&old, &caller.await.unwrap()));
    }
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn a_flight_whose_caller_gives_up_is_taken_over_by_the_next_in_line() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let mut callers = waiting_callers(&source, 3);
    drop(callers.remove(0));
    assert_eq!(provider.calls(), 1);

    provider.open(100);
    let mut tokens = Vec::new();
    for caller in callers {
        tokens.push(caller.await.unwrap());
    }
    assert!(Arc::ptr_eq(&tokens[0], &tokens[1]));
    assert_eq!(
        provider.calls(),
        2,
        "the second in line asked again, the third did not"
    );
}

#[tokio::test]
async fn a_caller_that_gives_up_while_waiting_disturbs_nobody() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let mut callers = waiting_callers(&source, 3);
    drop(callers.remove(1));
    provider.open(100);
    for caller in callers {
        caller.await.unwrap();
    }
    assert_eq!(provider.calls(), 1);
}

#[tokio::test]
async fn a_valid_token_is_handed_out_while_nobody_can_be_asked() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    provider.open(1);
    let token = source.token().await.unwrap();
    let _held = source.shared.flight.lock().await;
    let caller = pin!(source.token());
    let Poll::Ready(again) = caller.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it waits for the lock");
    };
    assert!(Arc::ptr_eq(&token, &again.unwrap()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_each_round_of_a_race_one_token_is_signed() {
    const RUNNERS: usize = 16;
    const ROUNDS: usize = 200;
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let barrier = Arc::new(Barrier::new(RUNNERS));
    let runners: Vec<_> = (0..RUNNERS)
        .map(|_| {
            let (source, clock) = (source.clone(), clock.clone());
            let barrier = Arc::clone(&barrier);
            tokio::spawn(async move {
                let mut tokens = Vec::new();
                for _ in 0..ROUNDS {
                    barrier.wait().await;
                    tokens.push(source.token().await.unwrap());
                    if barrier.wait().await.is_leader() {
                        clock.advance(14 * MINUTE);
                    }
                }
                tokens
            })
        })
        .collect();
    let mut all = Vec::new();
    for runner in runners {
        all.push(runner.await.unwrap());
    }
    assert_eq!(provider.calls(), ROUNDS);
    for round in 0..ROUNDS {
        let first = &all[0][round];
        assert!(all.iter().all(|tokens| Arc::ptr_eq(&tokens[round], first)));
    }
}
