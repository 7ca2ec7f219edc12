//! A source with a refresher.

use std::time::UNIX_EPOCH;

use aws_credential_types::Credentials;
use tokio::time::{Instant, sleep};

use super::*;

const ALMOST_NOTHING: Duration = Duration::from_millis(1);

/// Credentials that end so long after they were asked for.
fn sessions_of(life: Duration, clock: &SimulatedTime) -> ScriptedProvider {
    let clock = clock.clone();
    ScriptedProvider::answering(move || {
        let end = clock.now().duration_since(UNIX_EPOCH).unwrap() + life;
        Ok(lasting("ASIAONE", end.as_secs()))
    })
}

fn unending() -> Credentials {
    lasting("ASIAONE", NOON + 1_000_000)
}

/// When tokens that nobody asks for are signed, for so long.
async fn renewals(source: &TokenSource, period: Duration) -> Vec<Instant> {
    let mut times = Vec::new();
    let mut state = source.state();
    state.mark_unchanged();
    let end = Instant::now() + period;
    while tokio::time::timeout_at(end, state.changed()).await.is_ok() {
        times.push(Instant::now());
    }
    times
}

/// Whether it took so long, give or take a tenth, and as much as whole seconds take.
fn is_about(found: Duration, expected: Duration) -> bool {
    let rounding = if expected > 9 * SECOND {
        SECOND
    } else {
        ALMOST_NOTHING
    };
    let shortest = expected.mul_f64(0.9) - ALMOST_NOTHING;
    let longest = expected.mul_f64(1.1) + rounding + ALMOST_NOTHING;
    (shortest..=longest).contains(&found)
}

#[tokio::test(start_paused = true)]
async fn nothing_is_refreshed_before_the_first_token_is_asked_for() {
    let provider = ScriptedProvider::giving(unending());
    let source = refreshed(&provider, &SimulatedTime::at_unix(NOON));
    sleep(60 * MINUTE).await;
    assert_eq!(provider.calls(), 0);
    assert!(matches!(*source.state().borrow(), TokenState::Idle));
}

#[tokio::test(start_paused = true)]
async fn from_the_first_token_on_it_is_renewed_every_five_minutes_give_or_take_a_tenth() {
    let provider = ScriptedProvider::giving(unending());
    let source = refreshed(&provider, &SimulatedTime::at_unix(NOON));
    source.token().await.unwrap();
    let mut last = Instant::now();
    let renewals = renewals(&source, 120 * MINUTE).await;
    assert!(renewals.len() >= 20, "{renewals:?}");
    for time in renewals {
        assert!(is_about(time - last, 5 * MINUTE), "{:?}", time - last);
        last = time;
    }
    assert_eq!(provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_is_renewed_always_ahead_of_its_announced_end() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = sessions_of(3 * MINUTE, &clock);
    let source = refreshed(&provider, &clock);
    source.token().await.unwrap();
    for _ in 0..3600 {
        sleep(SECOND).await;
        let token = source.token().now_or_never().unwrap().unwrap();
        assert!(source.now() < token.announced_expiry());
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_refresh_while_the_token_in_hand_is_valid() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = refreshed(&provider, &clock);
    source.token().await.unwrap();
    provider.delay(2 * SECOND);
    for _ in 0..7200 {
        sleep(SECOND / 2).await;
        let token = source.token().now_or_never().expect("it waits").unwrap();
        assert!(age(&source, &token) <= 5 * 60 + 33);
    }
    assert!(provider.calls() > 10);
}

#[tokio::test(start_paused = true)]
async fn the_old_token_serves_to_its_real_end_a_minute_beyond_the_announced_one() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = refreshed(&provider, &clock);
    let first = source.bearer().await.unwrap();
    provider.shut();
    sleep(15 * MINUTE - ALMOST_NOTHING).await;
    assert_eq!(source.bearer_in_hand().unwrap().id(), first.id());
    sleep(ALMOST_NOTHING).await;
    assert!(source.bearer_in_hand().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_is_tried_again_after_a_second_two_four_up_to_half_a_minute() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = refreshed(&provider, &clock);
    source.token().await.unwrap();
    provider.fail();
    let failures = renewals(&source, 9 * MINUTE).await;
    let pauses: Vec<_> = failures.windows(2).map(|it| it[1] - it[0]).collect();
    for (pause, seconds) in pauses.iter().zip([1, 2, 4, 8, 16, 30, 30, 30]) {
        assert!(is_about(*pause, seconds * SECOND), "{pauses:?}");
    }
    assert!(pauses.len() >= 8, "{pauses:?}");

    provider.give(long_lived("AKIATWO"));
    sleep(35 * SECOND).await;
    assert_eq!(source.state().borrow().failures(), 0);
    let token = source.token().now_or_never().unwrap().unwrap();
    assert_eq!(signer_of(&token), "AKIATWO");
}

#[tokio::test(start_paused = true)]
async fn when_the_token_has_ended_attempts_go_on_until_one_succeeds() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = refreshed(&provider, &clock);
    source.token().await.unwrap();
    provider.fail();
    sleep(60 * MINUTE).await;
    assert!(source.bearer_in_hand().is_none());
    provider.give(long_lived("AKIAONE"));
    sleep(35 * SECOND).await;
    assert!(source.bearer_in_hand().is_some());
}

#[tokio::test(start_paused = true)]
async fn it_stays_with_its_first_refresher() {
    let provider = ScriptedProvider::giving(unending());
    let hasty = Refresher::new(RefreshPolicy::default().with_interval(10 * SECOND));
    let source = refreshed(&provider, &SimulatedTime::at_unix(NOON)).refreshed_by(&hasty);
    source.token().await.unwrap();
    assert_eq!(renewals(&source, 4 * MINUTE).await.len(), 0);
    assert_eq!(renewals(&source, 2 * MINUTE).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_there_already_is_renewed_from_the_next_one_on() {
    let provider = ScriptedProvider::giving(unending());
    let clock = SimulatedTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let first = source.bearer().await.unwrap();
    let source = source.refreshed_by(&Refresher::default());
    sleep(14 * MINUTE - ALMOST_NOTHING).await;
    assert_eq!(source.bearer_in_hand().unwrap().id(), first.id());
    sleep(ALMOST_NOTHING).await;
    source.token().await.unwrap();
    assert_eq!(renewals(&source, 6 * MINUTE).await.len(), 1);
}
