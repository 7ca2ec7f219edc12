use super::*;

#[tokio::test]
async fn the_second_call_takes_what_the_first_fetched() {
    let scene = Scene::new();
    let fetched = scene.get().await.unwrap();
    let cached = scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 1);
    assert_eq!(cached, fetched, "to the last bit, the expiry too");
    let fresh = scene.cache.fresh(&scene.key, scene.now.get());
    assert_eq!(fresh, Some(fetched));
}

#[tokio::test]
async fn another_key_is_another_entry() {
    let mut scene = Scene::new();
    scene.get().await.unwrap();
    scene.key = CacheKey::named("other");
    scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 2);
}

#[tokio::test]
async fn an_hour_is_fresh_until_a_quarter_of_an_hour_before_its_end() {
    let scene = Scene::new();
    scene.get().await.unwrap();
    scene.advance(45 * 60 - 1);
    scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 1);
    scene.advance(1);
    let renewed = scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 2);
    assert_eq!(renewed.access_key_id(), "ASIA2");
}

#[tokio::test]
async fn a_short_session_is_fresh_for_three_quarters_of_its_life() {
    let scene = Scene::new();
    scene.life.set(20 * 60);
    scene.get().await.unwrap();
    scene.advance(15 * 60 - 1);
    scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 1);
    scene.advance(1);
    scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 2);
}

#[tokio::test]
async fn what_cannot_be_renewed_serves_to_its_end_with_a_warning() {
    let logs = CapturedLogs::scoped();
    let scene = Scene::new();
    scene.get().await.unwrap();
    scene.fails.set(true);
    scene.advance(HOUR - 1);
    let cached = scene.get().await.unwrap();
    assert_eq!(cached.access_key_id(), "ASIA1");
    assert_eq!(scene.fetches.get(), 2, "renewing was tried");
    let log = logs.text();
    assert!(
        log.contains("WARN") && log.contains("could not renew credentials"),
        "{log}"
    );
    assert!(log.contains("the source refused"), "{log}");

    scene.advance(1);
    scene.get().await.unwrap_err();
    assert_clean(&logs);
}

#[tokio::test]
async fn what_was_fetched_in_the_future_is_fetched_again() {
    let scene = Scene::new();
    scene.get().await.unwrap();
    scene.advance(-1);
    scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 2);
    // By then the entry is of the corrected clock.
    scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 2);
}

#[tokio::test]
async fn a_session_that_has_ended_when_it_is_fetched_is_not_cached_as_fresh() {
    let scene = Scene::new();
    scene.life.set(-1);
    scene.get().await.unwrap();
    scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 2);
}

#[tokio::test]
async fn credentials_without_an_end_are_not_written() {
    let scene = Scene::new();
    let long_lived = Credentials::new("AKIA", SECRET, None, None, "test");
    let fetch = || async { Ok::<_, Refused>(long_lived) };
    let now = || scene.now.get();
    scene
        .cache
        .get_or_fetch(|| scene.key.clone(), now, fetch)
        .await
        .unwrap();
    assert!(!scene.entry().exists());
}

#[tokio::test]
async fn what_a_fetch_changes_in_the_key_is_found_by_the_next_run() {
    let scene = Scene::new();
    // As the SDK does that renews the SSO token on the way.
    let renewed = Cell::new(false);
    let key = || CacheKey::named(if renewed.get() { "renewed" } else { "stale" });
    let get = || {
        let fetch = || async {
            renewed.set(true);
            scene.fetch()
        };
        scene.cache.get_or_fetch(key, || scene.now.get(), fetch)
    };
    let fetched = get().await.unwrap();
    assert_eq!(get().await.unwrap(), fetched);
    assert_eq!(scene.fetches.get(), 1);
    let stale = CacheKey::named("stale");
    assert_eq!(scene.cache.fresh(&stale, scene.now.get()), None);
}
