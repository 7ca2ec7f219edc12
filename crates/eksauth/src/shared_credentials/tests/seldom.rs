//! When the provider is asked.

use futures_util::future::join_all;

use super::*;

/// Asks every second for so long, and returns at which seconds the provider was asked.
async fn asked_within(
    credentials: &SharedCredentials,
    provider: &ScriptedProvider,
    period: Duration,
) -> Vec<u64> {
    let (start, before) = (Instant::now(), provider.calls());
    while start.elapsed() < period {
        let _ = credentials.get(Demand::Lasting).await;
        sleep(SECOND).await;
    }
    let asked_at = provider.asked_at();
    let times = asked_at[before..].iter();
    times.map(|it| (*it - start).as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn the_provider_is_asked_when_the_first_token_is() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    sleep(60 * MINUTE).await;
    assert_eq!(provider.calls(), 0);
    assert_eq!(key_id(&credentials).await.unwrap(), "AKIAONE");
    assert_eq!(provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn credentials_serve_until_a_quarter_of_an_hour_before_their_end() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + HOUR));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let asked = asked_within(&credentials, &provider, 45 * MINUTE).await;
    assert_eq!(asked, [0]);
    provider.give(lasting("ASIATWO", NOON + 2 * HOUR));
    assert_eq!(key_id(&credentials).await.unwrap(), "ASIATWO");
}

#[tokio::test(start_paused = true)]
async fn those_of_a_session_that_lives_no_longer_serve_for_three_quarters_of_it() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 15 * 60));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let period = 11 * MINUTE + 15 * SECOND;
    let asked = asked_within(&credentials, &provider, period).await;
    assert_eq!(asked, [0]);
    provider.give(lasting("ASIATWO", NOON + HOUR));
    assert_eq!(key_id(&credentials).await.unwrap(), "ASIATWO");
}

#[tokio::test(start_paused = true)]
async fn near_their_end_it_is_asked_once_a_minute_until_it_has_newer_ones() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + HOUR));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    asked_within(&credentials, &provider, 45 * MINUTE).await;
    let asked = asked_within(&credentials, &provider, 10 * MINUTE).await;
    let minutes: Vec<_> = (0..10).map(|it| it * 60).collect();
    assert_eq!(asked, minutes);

    provider.give(lasting("ASIATWO", NOON + 2 * HOUR));
    let asked = asked_within(&credentials, &provider, 30 * MINUTE).await;
    assert_eq!(asked, [0]);
    assert_eq!(key_id(&credentials).await.unwrap(), "ASIATWO");
}

#[tokio::test(start_paused = true)]
async fn in_their_last_three_minutes_it_is_asked_every_five_seconds_and_in_the_last_one_each_time()
{
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + HOUR));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    asked_within(&credentials, &provider, 57 * MINUTE).await;
    let asked = asked_within(&credentials, &provider, 2 * MINUTE).await;
    assert_eq!(asked, (0..24).map(|it| it * 5).collect::<Vec<_>>());
    let asked = asked_within(&credentials, &provider, MINUTE).await;
    assert_eq!(asked, (0..60).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn those_that_were_used_before_are_near_their_end_as_others_are() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 10 * 60));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let asked = asked_within(&credentials, &provider, 5 * MINUTE).await;
    assert_eq!(asked, [0, 60, 120, 180, 240]);
    provider.give(lasting("ASIATWO", NOON + HOUR));
    assert_eq!(key_id(&credentials).await.unwrap(), "ASIATWO");
}

#[tokio::test(start_paused = true)]
async fn those_without_an_end_are_asked_for_once_a_minute_at_most() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let asked = asked_within(&credentials, &provider, 5 * MINUTE).await;
    assert_eq!(asked, [0, 60, 120, 180, 240]);
    provider.give(long_lived("AKIATWO"));
    assert_eq!(
        key_id(&credentials).await.unwrap(),
        "AKIATWO",
        "they were replaced"
    );
}

#[tokio::test(start_paused = true)]
async fn however_many_ask_at_the_same_time_it_is_asked_once_and_everybody_shares_the_answer() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    provider.delay(SECOND);
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let clones: Vec<_> = (0..1000).map(|_| credentials.clone()).collect();
    let answers = join_all(clones.iter().map(|it| it.get(Demand::Lasting))).await;
    let first = &answers[0].as_ref().ok().unwrap().held;
    for answer in &answers {
        assert!(Arc::ptr_eq(&answer.as_ref().ok().unwrap().held, first));
    }
    assert_eq!(provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn after_the_clock_was_put_back_they_are_asked_for_once() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 10 * HOUR));
    let clock = SimulatedTime::at_unix(NOON);
    let credentials = shared(&provider, &clock);
    key_id(&credentials).await.unwrap();
    clock.jump(-3600);
    let asked = asked_within(&credentials, &provider, 30 * MINUTE).await;
    assert_eq!(asked, [0]);
}

#[tokio::test(start_paused = true)]
async fn after_the_clock_was_put_back_others_may_have_come() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let credentials = shared(&provider, &clock);
    key_id(&credentials).await.unwrap();
    clock.set(ManualTime::at_unix(NOON - 1).now());
    provider.give(long_lived("AKIATWO"));
    assert_eq!(key_id(&credentials).await.unwrap(), "AKIATWO");
}

#[tokio::test(start_paused = true)]
async fn it_is_a_provider_itself_and_gives_what_a_token_would_be_signed_with() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + HOUR));
    let clock = ManualTime::at_unix(NOON);
    let credentials = shared(&provider, &clock);
    for _ in 0..3 {
        let given = credentials.provide_credentials().await.unwrap();
        assert_eq!(given, lasting("ASIAONE", NOON + HOUR));
    }
    assert_eq!(provider.calls(), 1);
    provider.fail();
    clock.advance(61 * MINUTE);
    let error = credentials.provide_credentials().await.unwrap_err();
    let failure = crate::Failure::of(&error).to_string();
    assert!(failure.contains("the provider is out"), "{failure}");
}
