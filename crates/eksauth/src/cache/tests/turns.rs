use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use tokio::time::Instant;

use super::*;

/// A fetch that takes its time. Time is paused in these tests, so it takes none.
async fn slowly(scene: &Scene) -> Result<Credentials, Refused> {
    tokio::time::sleep(Duration::from_secs(10)).await;
    scene.fetch()
}

async fn get_slowly(cache: &CredentialCache, scene: &Scene) -> Credentials {
    let now = || scene.now.get();
    let outcome = cache
        .get_or_fetch(|| scene.key.clone(), now, || slowly(scene))
        .await;
    outcome.unwrap()
}

#[tokio::test(start_paused = true)]
async fn two_that_miss_the_same_entry_fetch_once() {
    let scene = Scene::new();
    let other = CredentialCache::at(scene.cache.directory());
    let (one, two) = tokio::join!(get_slowly(&scene.cache, &scene), get_slowly(&other, &scene));
    assert_eq!(one, two);
    assert_eq!(scene.fetches.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_that_miss_different_entries_do_not_wait_for_each_other() {
    let scene = Scene::new();
    let key = CacheKey::named("other");
    let now = || scene.now.get();
    let other = scene
        .cache
        .get_or_fetch(|| key.clone(), now, || slowly(&scene));
    let started = Instant::now();
    let (_, other) = tokio::join!(get_slowly(&scene.cache, &scene), other);
    other.unwrap();
    assert_eq!(scene.fetches.get(), 2);
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn when_the_first_fails_the_second_has_its_turn() {
    let scene = Scene::new();
    let now = || scene.now.get();
    let failing = || async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        Err(Refused)
    };
    let first = scene.cache.get_or_fetch(|| scene.key.clone(), now, failing);
    let (first, second) = tokio::join!(first, get_slowly(&scene.cache, &scene));
    first.unwrap_err();
    assert_eq!(second.access_key_id(), "ASIA1");
}

#[tokio::test(start_paused = true)]
async fn the_turn_of_one_that_gives_up_goes_to_the_next() {
    let scene = Scene::new();
    {
        let mut abandoned = pin!(get_slowly(&scene.cache, &scene));
        let polled = abandoned
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    }
    let started = Instant::now();
    scene.get().await.unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO, "it did not wait");
    assert!(scene.entry().exists());
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_takes_more_than_two_minutes_is_not_waited_for() {
    let logs = CapturedLogs::scoped();
    let scene = Scene::new();
    let _turn = scene
        .cache
        .directory
        .take_turn(scene.key.as_str())
        .await
        .unwrap();
    let started = Instant::now();
    scene.get().await.unwrap();
    let waited = started.elapsed();
    assert!(
        waited >= Duration::from_secs(120) && waited < Duration::from_secs(130),
        "{waited:?}"
    );
    assert!(!scene.entry().exists(), "that is for who has the turn");
    let log = logs.text();
    assert!(log.contains("another process held the entry"), "{log}");
}
