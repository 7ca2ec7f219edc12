//! Another token for one that was refused.

use futures_util::future::join_all;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_by_one_of_other_credentials() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let refused = source.bearer().await.unwrap();

    provider.give(lasting("ASIATWO", NOON + 3600));
    clock.advance(5 * SECOND);
    let other = source.replace(refused.id()).await.unwrap();
    assert_eq!(provider.calls(), 2, "it asks past the credentials at hand");
    let token = source.token().await.unwrap();
    assert_eq!(signer_of(&token), "ASIATWO");
    assert_eq!(text_of(&other), token.expose());
}

#[tokio::test(start_paused = true)]
async fn when_the_provider_has_no_others_it_is_signed_anew_with_the_same() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let refused = source.bearer().await.unwrap();
    clock.advance(5 * SECOND);
    let other = source.replace(refused.id()).await.unwrap();
    assert_eq!(provider.calls(), 2);
    assert_ne!(other.id(), refused.id());
    assert_ne!(text_of(&other), text_of(&refused));
}

#[tokio::test(start_paused = true)]
async fn the_provider_is_not_asked_past_an_answer_of_the_last_five_seconds() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let first = source.bearer().await.unwrap();
    clock.advance(4 * SECOND);
    let second = source.replace(first.id()).await.unwrap();
    assert_ne!(second.id(), first.id());
    assert_eq!(provider.calls(), 1);
    clock.advance(SECOND);
    source.replace(second.id()).await.unwrap();
    assert_eq!(provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn many_who_tell_of_the_same_token_get_the_same_new_one() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let refused = source.bearer().await.unwrap().id();
    clock.advance(MINUTE);
    provider.delay(SECOND);
    let others = join_all((0..1000).map(|_| source.replace(refused))).await;
    let first = others[0].as_ref().unwrap().id();
    assert!(others.iter().all(|it| it.as_ref().unwrap().id() == first));
    let latecomer = source.replace(refused).await.unwrap();
    assert_eq!(latecomer.id(), first);
    assert_eq!(provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_refused_one_is_handed_out_to_who_asks_for_a_token_meanwhile() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let refused = source.bearer().await.unwrap().id();
    clock.advance(MINUTE);
    provider.shut();
    let mut replacing = Box::pin(source.replace(refused));
    assert!((&mut replacing).now_or_never().is_none());
    assert_eq!(source.bearer_in_hand().unwrap().id(), refused);
    provider.open(1);
    let other = replacing.await.unwrap();
    assert_eq!(source.bearer_in_hand().unwrap().id(), other.id());
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_signed_with_the_refused_credentials_meanwhile_does_not_replace_it() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let refused = source.bearer().await.unwrap().id();
    clock.advance(14 * MINUTE);
    let aged = source.bearer().await.unwrap().id();
    assert_eq!(provider.calls(), 1);
    let other = source.replace(refused).await.unwrap().id();
    assert_ne!(other, aged);
    assert_eq!(provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_of_other_credentials_that_is_there_already_replaces_it() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let refused = source.bearer().await.unwrap().id();
    provider.give(lasting("ASIATWO", NOON + 7200));
    clock.advance(50 * MINUTE);
    let current = source.bearer().await.unwrap().id();
    assert_eq!(source.replace(refused).await.unwrap().id(), current);
    assert_eq!(provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn when_the_provider_fails_the_credentials_at_hand_sign_another() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let refused = source.bearer().await.unwrap().id();
    provider.fail();
    clock.advance(MINUTE);
    assert_ne!(source.replace(refused).await.unwrap().id(), refused);
    assert!(matches!(*source.state().borrow(), TokenState::Stale { .. }));
}

#[tokio::test(start_paused = true)]
async fn it_fails_when_the_provider_does_and_none_at_hand_can_serve() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let refused = source.bearer().await.unwrap().id();
    provider.fail();
    clock.advance(MINUTE);
    let error = source.replace(refused).await.unwrap_err();
    assert!(matches!(error, TokenError::Credentials(_)), "{error}");
    assert_eq!(
        source.bearer_in_hand().unwrap().id(),
        refused,
        "to who asks for a token"
    );
}
