//! A provider that fails.

use super::*;

#[derive(Debug)]
struct PanicsAtOnce;

impl ProvideCredentials for PanicsAtOnce {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        panic!("before there is anything to wait for");
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_provider_fails_those_at_hand_serve_to_their_end() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + HOUR));
    let clock = ManualTime::at_unix(NOON);
    let credentials = shared(&provider, &clock);
    key_id(&credentials).await.unwrap();
    provider.fail();
    for minute in [50, 58, 59] {
        clock.set(ManualTime::at_unix(NOON + minute * 60).now());
        let obtained = credentials.get(Demand::Lasting).await.ok().unwrap();
        assert!(obtained.failure.is_some());
    }
    clock.set(ManualTime::at_unix(NOON + HOUR).now());
    let error = key_id(&credentials).await.unwrap_err();
    assert!(matches!(error, TokenError::Credentials(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn when_the_provider_fails_those_without_an_end_do_not_serve() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let credentials = shared(&provider, &clock);
    key_id(&credentials).await.unwrap();
    provider.fail();
    clock.advance(59 * SECOND);
    key_id(&credentials).await.expect("the last answer stands");
    clock.advance(SECOND);
    key_id(&credentials).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_failure_stands_for_five_seconds_for_those_who_are_not_in_need() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    provider.fail();
    let credentials = shared(&provider, &clock);
    key_id(&credentials).await.unwrap_err();

    sleep(4 * SECOND).await;
    assert!(credentials.get(Demand::Ahead).await.is_err());
    assert_eq!(provider.calls(), 1, "the refresher does not press");
    assert!(credentials.get(Demand::Lasting).await.is_err());
    assert_eq!(provider.calls(), 2, "a caller in need does");
    sleep(5 * SECOND).await;
    assert!(credentials.get(Demand::Ahead).await.is_err());
    assert_eq!(provider.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_success_ends_the_standing_of_a_failure() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    provider.fail();
    let credentials = shared(&provider, &clock);
    key_id(&credentials).await.unwrap_err();
    provider.give(long_lived("AKIAONE"));
    key_id(&credentials).await.unwrap();
    let obtained = credentials.get(Demand::Ahead).await.ok().unwrap();
    assert!(obtained.failure.is_none());
}

#[tokio::test(start_paused = true)]
async fn who_joined_a_call_that_failed_gets_the_success_of_the_next() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    provider.delay(SECOND);
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    provider.answer(
        move || match count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Err(CredentialsError::not_loaded("not yet")),
            _ => Ok(long_lived("AKIATWO")),
        },
    );
    let credentials = shared(&provider, &clock);
    let first = key_id(&credentials);
    let others = futures_util::future::join_all((0..10).map(|_| key_id(&credentials)));
    let (first, others) = tokio::join!(biased; first, others);
    first.unwrap_err();
    assert!(others.into_iter().all(|it| it.unwrap() == "AKIATWO"));
    assert_eq!(provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_asked_first_is_told_of_the_failure_and_asks_no_second_time() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    provider.fail();
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    key_id(&credentials).await.unwrap_err();
    assert_eq!(provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_answer_within_a_minute_has_failed() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let start = Instant::now();
    let error = key_id(&credentials).await.unwrap_err();
    assert!(
        matches!(error, TokenError::NoAnswer { after: MINUTE }),
        "{error}"
    );
    assert_eq!(start.elapsed().as_secs(), 60);
    assert_eq!(provider.given_up(), 1);
}

#[tokio::test(start_paused = true)]
async fn how_long_a_provider_may_take_can_be_said() {
    let provider = ScriptedProvider::waiting(long_lived("AKIAONE"));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let impatient = credentials.with_timeout(3 * SECOND);
    let start = Instant::now();
    let error = key_id(&impatient).await.unwrap_err();
    assert!(error.to_string().contains("within 3 s"), "{error}");
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_held_already_is_not_taken_over_with_another_timeout() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + HOUR));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    key_id(&credentials).await.unwrap();
    key_id(&credentials.with_timeout(SECOND)).await.unwrap();
    assert_eq!(provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_has_failed_and_is_asked_again() {
    let provider = ScriptedProvider::answering(|| panic!("in the middle of it"));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let error = key_id(&credentials).await.unwrap_err();
    assert!(matches!(error, TokenError::Panicked), "{error}");
    provider.give(long_lived("AKIAONE"));
    key_id(&credentials).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_at_once_has_failed_too() {
    let credentials = SharedCredentials::new(PanicsAtOnce, SimulatedTime::at_unix(NOON));
    for _ in 0..2 {
        let error = key_id(&credentials).await.unwrap_err();
        assert!(matches!(error, TokenError::Panicked), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_stands_for_a_second_for_those_whose_token_was_refused() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + HOUR));
    let credentials = shared(&provider, &SimulatedTime::at_unix(NOON));
    let held = credentials.get(Demand::Lasting).await.ok().unwrap().held;
    let demand = Demand::OtherThan(held.number());
    sleep(10 * SECOND).await;
    provider.fail();
    for (pause, calls) in [(0, 2), (0, 2), (999, 2), (1, 3)] {
        sleep(Duration::from_millis(pause)).await;
        let obtained = credentials.get(demand).await.ok().unwrap();
        assert!(obtained.failure.is_some());
        assert_eq!(provider.calls(), calls, "after {pause} ms");
    }
}

#[test]
fn who_joins_a_call_of_a_runtime_that_stands_still_does_not_wait_for_it_for_ever() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    };
    let (standing, driven) = (runtime(), runtime());
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    provider.shut();
    let credentials = shared(&provider, &ManualTime::at_unix(NOON));
    let mut call = Box::pin(credentials.get(Demand::Lasting));
    // It is polled once there, and then nobody drives it.
    let begun = standing.block_on(async { futures_util::FutureExt::now_or_never(call.as_mut()) });
    assert!(begun.is_none());
    let answer = driven.block_on(credentials.get(Demand::Lasting));
    assert!(matches!(answer, Err(TokenError::NoAnswer { .. })));
    assert_eq!(provider.calls(), 1);
    // Nor does the end of that runtime reach who waits.
    drop(standing);
    drop(call);
    provider.open(1);
    let answer = driven.block_on(credentials.get(Demand::Lasting));
    assert!(answer.is_ok());
}
