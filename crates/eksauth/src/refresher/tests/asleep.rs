//! The machine sleeps, or its clock is put right.

use super::*;

#[tokio::test(start_paused = true)]
async fn who_finds_the_refresh_overdue_has_it_done_at_once_and_does_not_wait_for_it() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    source.token().await.unwrap();
    provider.delay(2 * SECOND);

    clock.jump(11 * MINUTES);
    assert_eq!(age(&source), 11 * MINUTES, "the old one serves meanwhile");
    sleep(SECOND).await;
    assert_eq!(age(&source), 11 * MINUTES + 1);
    sleep(SECOND + AT_ONCE).await;
    assert_eq!(age(&source), 0);
    assert_eq!(provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn nobody_hurries_a_refresh_that_is_not_overdue() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    source.token().await.unwrap();
    clock.jump(9 * MINUTES);
    assert_eq!(age(&source), 9 * MINUTES);
    sleep(AT_ONCE).await;
    assert_eq!(age(&source), 9 * MINUTES);
}

#[tokio::test(start_paused = true)]
async fn after_a_sleep_of_a_quarter_of_an_hour_the_first_call_signs_anew() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    let first = source.bearer().await.unwrap();
    for sleep in [15, 60, 10 * 60] {
        clock.jump(sleep * MINUTES);
        assert!(source.bearer_in_hand().is_none());
        assert_ne!(source.bearer().await.unwrap().id(), first.id());
        assert_eq!(age(&source), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn after_the_clock_was_put_right_tokens_are_valid_and_go_on_being_renewed() {
    for jump in [60 * MINUTES, -60 * MINUTES] {
        let clock = SimulatedTime::at_unix(NOON);
        let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 12 * 3600));
        let source = source(&provider, &clock, &Refresher::default());
        source.token().await.unwrap();
        clock.jump(jump);
        assert!(source.bearer_in_hand().is_none());
        source.token().await.unwrap();
        for _ in 0..3600 {
            assert!(
                (0..=5 * 60 + 33).contains(&age(&source)),
                "{}",
                age(&source)
            );
            sleep(SECOND).await;
        }
        let asked = provider.calls();
        assert!(asked <= 2, "{asked} times for credentials of half a day");
    }
}

#[tokio::test(start_paused = true)]
async fn when_nobody_calls_after_the_clock_was_put_back_the_next_refresh_sets_it_right() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    source.token().await.unwrap();
    clock.jump(-60 * MINUTES);
    sleep(5 * MINUTE + 31 * SECOND).await;
    assert!((0..=62).contains(&age(&source)));
}

#[tokio::test(start_paused = true)]
async fn a_busy_caller_does_not_undo_the_pauses_after_failures() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    source.token().await.unwrap();
    provider.fail();
    clock.jump(11 * MINUTES);
    for _ in 0..1000 {
        source.bearer_in_hand().expect("the old one serves");
        sleep(SECOND / 10).await;
    }
    let failures = source.state().borrow().failures();
    assert!((6..=9).contains(&failures), "{failures} attempts");
}

#[tokio::test(start_paused = true)]
async fn the_refresher_is_told_once_of_a_token_that_is_overdue() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 1_000_000));
    let refresher = Refresher::default();
    let source = source(&provider, &clock, &refresher);
    source.token().await.unwrap();
    clock.jump(11 * MINUTES);
    assert!(source.bearer_in_hand().is_some());
    // Whoever took the lock a second time would wait here for ever.
    let _locked = refresher.inner.schedule.lock();
    assert!(source.bearer_in_hand().is_some());
}
