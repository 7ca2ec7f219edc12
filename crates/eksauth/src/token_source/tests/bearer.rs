//! A token as a header.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_header_is_bearer_and_the_token() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let bearer = source.bearer().await.unwrap();
    let token = source.token().await.unwrap();
    assert_eq!(text_of(&bearer), token.expose());
    let id = bearer.id();
    let (header, same) = bearer.into_parts();
    assert_eq!(
        header.as_bytes(),
        format!("Bearer {}", token.expose()).as_bytes()
    );
    assert_eq!(same, id);
}

#[tokio::test(start_paused = true)]
async fn the_header_is_sensitive() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    let bearer = source.bearer().await.unwrap();
    assert!(bearer.header().is_sensitive());
    assert!(source.bearer_in_hand().unwrap().header().is_sensitive());
}

#[tokio::test(start_paused = true)]
async fn there_is_none_in_hand_before_the_first_is_asked_for() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &ManualTime::at_unix(NOON));
    assert!(source.bearer_in_hand().is_none());
    assert_eq!(provider.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_bearer_in_hand_never_waits_even_while_the_provider_hangs() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = refreshed(&provider, &clock);
    let first = source.bearer().await.unwrap();
    provider.shut();
    let start = tokio::time::Instant::now();
    clock.jump(11 * MINUTES);
    assert_eq!(source.bearer_in_hand().unwrap().id(), first.id());
    clock.jump(4 * MINUTES);
    assert!(source.bearer_in_hand().is_none(), "it has really ended");
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn each_token_has_an_id_of_its_own() {
    let clock = ManualTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(source.bearer().await.unwrap().id());
        clock.advance(14 * MINUTE);
    }
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
}
