//! Many callers, one call.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_util::future::join_all;
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
async fn a_hundred_callers_at_a_cold_start_share_one_call() {
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
async fn of_a_hundred_callers_who_fail_together_those_who_joined_ask_once_more() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    provider.fail();
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let mut callers = join_all(waiting_callers(&source, 100));

    provider.open(1);
    assert!((&mut callers).now_or_never().is_none());
    assert_eq!(provider.calls(), 2);
    provider.open(1);
    for answer in callers.await {
        let error = answer.unwrap_err();
        assert!(matches!(error, TokenError::Credentials(_)), "{error}");
    }
    assert_eq!(provider.calls(), 2);
    let state = source.state();
    assert_eq!(state.borrow().failures(), 1, "they failed together");

    provider.give(long_lived("AKIAONE"));
    provider.open(1);
    source.token().await.unwrap();
    assert_eq!(provider.calls(), 3);
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
}

#[tokio::test]
async fn a_call_whose_first_caller_gives_up_goes_on_for_the_others() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let mut callers = waiting_callers(&source, 3);
    drop(callers.remove(0));

    provider.open(100);
    let mut tokens = Vec::new();
    for caller in callers {
        tokens.push(caller.await.unwrap());
    }
    assert!(Arc::ptr_eq(&tokens[0], &tokens[1]));
    assert_eq!((provider.calls(), provider.given_up()), (1, 0));
}

#[tokio::test]
async fn when_all_callers_give_up_so_does_the_call_and_the_next_asks_anew() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    drop(waiting_callers(&source, 3));
    assert_eq!((provider.calls(), provider.given_up()), (1, 1));

    provider.open(1);
    source.token().await.unwrap();
    assert_eq!(provider.calls(), 2);
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
async fn a_valid_token_is_handed_out_without_waiting_and_without_a_lock() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    provider.open(1);
    let token = source.token().await.unwrap();
    // Taken once more by this thread, the lock would stop the test for good.
    let _locked = source.shared.tally.lock();
    let again = source.token().now_or_never().expect("it does not wait");
    assert!(Arc::ptr_eq(&token, &again.unwrap()));
    assert!(source.bearer_in_hand().is_some());
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_tasks_at_a_cold_start_get_one_token() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let tasks: Vec<_> = (0..10_000)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.bearer().await.unwrap().id() })
        })
        .collect();
    for task in tasks {
        let first = TokenId {
            number: 0,
            credentials: 0,
        };
        assert_eq!(task.await.unwrap(), first);
    }
    assert_eq!(provider.calls(), 1);
}
