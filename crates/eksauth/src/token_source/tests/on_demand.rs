//! A source that nobody refreshes.

use aws_credential_types::Credentials;
use eksauth_token::{SignError, Signer};

use super::*;
use crate::signing_credentials;

#[tokio::test]
async fn a_token_is_handed_out_until_its_announced_end_and_then_signed_anew() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);

    let first = source.token().await.unwrap();
    clock.advance(14 * MINUTE - Duration::from_nanos(1));
    assert!(Arc::ptr_eq(&first, &source.token().await.unwrap()));
    assert_eq!(provider.calls(), 1);

    clock.advance(Duration::from_nanos(1));
    let second = source.token().await.unwrap();
    assert_ne!(second.expose(), first.expose());
    assert_eq!(second.signed_at(), first.announced_expiry());
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn nothing_is_asked_of_the_provider_before_the_first_token_is() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    assert_eq!(provider.calls(), 0);
    assert_eq!(source.cluster().to_string(), "prod");
}

#[tokio::test]
async fn after_a_night_asleep_the_first_call_signs_anew() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let evening = source.token().await.unwrap();

    clock.advance(10 * 60 * MINUTE);
    let morning = source.token().await.unwrap();
    let asleep = morning.signed_at().duration_since(evening.signed_at());
    assert_eq!(asleep.as_hours(), 10);
}

#[tokio::test]
async fn after_the_clock_was_put_back_the_first_call_signs_anew() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON + 3600);
    let source = source(&provider, &clock);
    source.token().await.unwrap();

    clock.set(ManualTime::at_unix(NOON).now());
    let token = source.token().await.unwrap();
    assert_eq!(token.signed_at().as_second(), 1_795_521_600);
    provider.fail();
    clock.set(ManualTime::at_unix(NOON - 241).now());
    source.token().await.unwrap_err();
}

#[tokio::test]
async fn a_clock_that_was_put_back_by_less_than_sts_tolerates_makes_no_difference() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let token = source.token().await.unwrap();
    clock.set(ManualTime::at_unix(NOON - 240).now());
    assert!(Arc::ptr_eq(&token, &source.token().await.unwrap()));
    assert_eq!(provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn while_the_old_token_serves_nobody_waits_longer_than_ten_seconds_for_the_next() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = SimulatedTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let old = source.token().await.unwrap();
    provider.shut();
    tokio::time::sleep(14 * MINUTE).await;
    let before = tokio::time::Instant::now();
    assert!(Arc::ptr_eq(&old, &source.token().await.unwrap()));
    assert_eq!(before.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn a_failed_refresh_keeps_the_old_token_until_its_real_end() {
    let logs = CapturedLogs::scoped();
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let token = source.token().await.unwrap();

    provider.fail();
    clock.advance(14 * MINUTE);
    assert!(Arc::ptr_eq(&token, &source.token().await.unwrap()));
    clock.advance(MINUTE - Duration::from_nanos(1));
    assert!(Arc::ptr_eq(&token, &source.token().await.unwrap()));
    assert_eq!(provider.calls(), 3, "each call tries");
    clock.advance(Duration::from_nanos(1));
    let error = source.token().await.unwrap_err();
    assert!(matches!(error, TokenError::Credentials(_)), "{error}");

    let log = logs.text();
    assert!(log.contains("the old one serves to its end"), "{log}");
    assert!(log.contains("the provider is out"), "{log}");
    let scan = SecretScan::new().token(token.expose());
    scan.assert_clean("the log", log);
}

#[tokio::test]
async fn what_comes_after_a_failure_is_a_new_token() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let old = source.token().await.unwrap();
    provider.fail();
    clock.advance(14 * MINUTE);
    source.token().await.unwrap();

    provider.give(long_lived("AKIATWO"));
    let new = source.token().await.unwrap();
    assert!(!Arc::ptr_eq(&old, &new));
    assert_eq!(signer_of(&new), "AKIATWO");
}

#[tokio::test]
async fn credentials_that_end_soon_shorten_what_is_announced() {
    let clock = ManualTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 300));
    let source = source(&provider, &clock);
    let token = source.token().await.unwrap();
    assert_eq!(token.announced_expiry().as_second(), 1_795_521_840);

    // They are renewed in time to sign the next one.
    provider.give(lasting("ASIATWO", NOON + 3600));
    clock.advance(4 * MINUTE - Duration::from_secs(1));
    assert!(Arc::ptr_eq(&token, &source.token().await.unwrap()));
    clock.advance(Duration::from_secs(1));
    assert_eq!(signer_of(&source.token().await.unwrap()), "ASIATWO");
}

#[tokio::test]
async fn credentials_in_their_last_minute_sign_nothing() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 60));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let error = source.token().await.unwrap_err();
    assert!(
        matches!(
            error,
            TokenError::Sign(SignError::CredentialsExpiring { .. })
        ),
        "{error}"
    );
    // Nor do they hinder those that come after them.
    provider.give(lasting("ASIATWO", NOON + 3600));
    assert_eq!(signer_of(&source.token().await.unwrap()), "ASIATWO");
}

#[tokio::test]
async fn changed_credentials_do_not_sign_with_the_old_key() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let mut signatures = Vec::new();
    let rotated = Credentials::new("AKIAONE", "a rotated secret key", None, None, "test");
    for credentials in [
        long_lived("AKIAONE"),
        long_lived("AKIATWO"),
        long_lived("AKIAONE"),
        rotated,
    ] {
        let expected = credentials.access_key_id().to_owned();
        provider.give(credentials.clone());
        let token = source.token().await.unwrap();
        assert_eq!(signer_of(&token), expected);
        // Against a signer that has never seen other credentials.
        let fresh = Signer::new(signing_credentials(&credentials), source.endpoint().clone());
        let expected = fresh
            .unwrap()
            .sign(source.cluster(), token.signed_at())
            .unwrap();
        assert_eq!(token.expose(), expected.expose());
        signatures.push(token);
        clock.advance(15 * MINUTE);
    }
}

#[tokio::test]
async fn credentials_that_outlast_a_token_are_not_asked_for_again() {
    let clock = ManualTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let source = source(&provider, &clock);
    source.token().await.unwrap();
    provider.give(lasting("ASIATWO", NOON + 7200));
    clock.advance(45 * MINUTE - Duration::from_nanos(1));
    assert_eq!(signer_of(&source.token().await.unwrap()), "ASIAONE");
    assert_eq!(provider.calls(), 1);

    clock.advance(14 * MINUTE);
    assert_eq!(signer_of(&source.token().await.unwrap()), "ASIATWO");
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn credentials_that_end_with_the_token_are_asked_for_again() {
    let clock = ManualTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let source = source(&provider, &clock);
    source.token().await.unwrap();
    provider.give(lasting("ASIATWO", NOON + 7200));
    clock.advance(45 * MINUTE);
    assert_eq!(signer_of(&source.token().await.unwrap()), "ASIATWO");
}

#[tokio::test(start_paused = true)]
async fn a_clock_beyond_the_calendar_is_an_error_and_no_panic() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(400_000_000_000));
    let error = source.token().await.unwrap_err();
    assert!(matches!(error, TokenError::Sign(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_not_remembered() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    provider.fail();
    source.token().await.unwrap_err();
    source.token().await.unwrap_err();
    assert_eq!(provider.calls(), 2, "who asks next tries again");
    provider.give(long_lived("AKIAONE"));
    source.token().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn on_demand_it_needs_no_task() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock);
    source.token().await.unwrap();
    assert_eq!(
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
        0
    );
    tokio::time::sleep(60 * MINUTE).await;
    assert_eq!(provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn when_the_provider_fails_and_those_at_hand_cannot_sign_the_error_is_the_providers() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    source.token().await.unwrap();
    provider.fail();
    clock.advance(60 * MINUTE - SECOND);
    let error = source.token().await.unwrap_err();
    assert!(matches!(error, TokenError::Credentials(_)), "{error}");
}
