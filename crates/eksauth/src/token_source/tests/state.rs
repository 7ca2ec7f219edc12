//! How a source says it is doing.

use super::*;

fn seconds(time: Timestamp) -> u64 {
    time.as_second().try_into().unwrap()
}

#[tokio::test(start_paused = true)]
async fn it_is_idle_then_fresh_then_stale_then_fresh_again() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let mut state = source.state();
    assert!(matches!(*state.borrow_and_update(), TokenState::Idle));

    source.token().await.unwrap();
    let fresh = state.borrow_and_update().clone();
    let TokenState::Fresh { signed_at, expiry } = fresh else {
        panic!("{fresh:?}");
    };
    assert_eq!((seconds(signed_at), seconds(expiry)), (NOON, NOON + 900));

    provider.fail();
    clock.advance(14 * MINUTE);
    for expected in 1..=3 {
        source.token().await.unwrap();
        let stale = state.borrow_and_update().clone();
        let TokenState::Stale {
            expiry,
            failures,
            error,
        } = stale
        else {
            panic!("{stale:?}");
        };
        assert_eq!((seconds(expiry), failures), (NOON + 900, expected));
        assert!(matches!(error, TokenError::Credentials(_)), "{error}");
    }

    provider.give(long_lived("AKIAONE"));
    source.token().await.unwrap();
    let fresh = state.borrow_and_update().clone();
    assert!(matches!(fresh, TokenState::Fresh { .. }), "{fresh:?}");
    assert_eq!((fresh.failures(), fresh.error().is_none()), (0, true));
    assert_eq!(seconds(fresh.expiry().unwrap()), NOON + 14 * 60 + 900);
}

#[tokio::test(start_paused = true)]
async fn when_the_token_has_ended_it_is_missing() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    source.token().await.unwrap();
    provider.fail();
    clock.advance(14 * MINUTE);
    source.token().await.unwrap();
    clock.advance(MINUTE);
    source.token().await.unwrap_err();
    let missing = source.state().borrow().clone();
    assert!(
        matches!(missing, TokenState::Missing { failures: 2, .. }),
        "{missing:?}"
    );
    assert_eq!(missing.expiry(), None);
    assert!(missing.error().is_some());
}

#[tokio::test(start_paused = true)]
async fn when_there_never_was_a_token_it_is_missing() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    provider.fail();
    let source = source(&provider, &ManualTime::at_unix(NOON));
    source.token().await.unwrap_err();
    let missing = source.state().borrow().clone();
    assert!(
        matches!(missing, TokenState::Missing { failures: 1, .. }),
        "{missing:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_of_credentials_that_could_not_be_renewed_is_stale() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    source.token().await.unwrap();
    provider.fail();
    clock.advance(50 * MINUTE);
    let token = source.token().await.unwrap();
    assert_eq!(seconds(token.expiry()), NOON + 3600);
    let stale = source.state().borrow().clone();
    assert!(
        matches!(stale, TokenState::Stale { failures: 1, .. }),
        "{stale:?}"
    );
    assert_eq!(stale.expiry(), Some(token.expiry()));
}

#[tokio::test(start_paused = true)]
async fn a_hundred_who_fail_together_count_one_failure() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    provider.delay(SECOND);
    provider.fail();
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let callers = (0..100).map(|_| source.token());
    let answers = futures_util::future::join_all(callers).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(source.state().borrow().failures(), 1);
    source.token().await.unwrap_err();
    assert_eq!(source.state().borrow().failures(), 2);
}

#[tokio::test(start_paused = true)]
async fn its_end_is_the_end_of_the_watching() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let mut state = source.state();
    drop(source);
    assert!(state.changed().await.is_err());
}

/// Lines of the log at this level that say so.
fn count(logs: &CapturedLogs, level: &str, text: &str) -> usize {
    let log = logs.text();
    let lines = log.lines();
    lines
        .filter(|it| it.contains(level) && it.contains(text))
        .count()
}

#[tokio::test(start_paused = true)]
async fn it_tells_of_changes_and_not_of_each_attempt() {
    let logs = CapturedLogs::scoped();
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    source.token().await.unwrap();
    provider.fail();
    clock.advance(14 * MINUTE);
    for _ in 0..5 {
        source.token().await.unwrap();
    }
    assert_eq!(count(&logs, "WARN", "the old one serves to its end"), 1);
    clock.advance(MINUTE);
    for _ in 0..5 {
        source.token().await.unwrap_err();
    }
    assert_eq!(count(&logs, "WARN", "there is no valid token"), 1);
    assert_eq!(count(&logs, "WARN", ""), 2);

    provider.give(long_lived("AKIAONE"));
    for _ in 0..3 {
        source.token().await.unwrap();
        clock.advance(14 * MINUTE);
    }
    assert_eq!(count(&logs, "INFO", "tokens are renewed again"), 1);
    assert_eq!(count(&logs, "INFO", ""), 1);
}
