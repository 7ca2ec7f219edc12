//! The end of a watch.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::objects::{DEPLOY, mapping};
use crate::scene::Scene;

/// Stops a watch, which must end without any time going by.
async fn stops_at_once(scene: Scene) {
    let before = Instant::now();
    scene.stop.send(()).unwrap();
    scene.watch.await.unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_watch_stops_while_it_waits_for_a_list() {
    let mut scene = Scene::aws_auth();
    let _hanging = scene.api.list().await;
    stops_at_once(scene).await;
}

#[tokio::test(start_paused = true)]
async fn a_watch_stops_while_it_waits_to_try_again() {
    let mut scene = Scene::aws_auth();
    scene.api.list().await.refuse(500, "InternalError");
    scene.failure().await;
    stops_at_once(scene).await;
}

#[tokio::test(start_paused = true)]
async fn a_watch_stops_while_nothing_happens() {
    let mut scene = Scene::aws_auth();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    tokio::time::sleep(Duration::from_secs(1)).await;
    stops_at_once(scene).await;
    assert!(!watch.is_heard());
}

#[tokio::test(start_paused = true)]
async fn a_watch_of_objects_stops_while_nothing_happens() {
    let mut scene = Scene::identity_mappings();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    let _watch = scene.api.watch().await.open();
    tokio::time::sleep(Duration::from_secs(1)).await;
    stops_at_once(scene).await;
}

#[tokio::test(start_paused = true)]
async fn a_watch_of_objects_stops_in_the_middle_of_a_list() {
    let mut scene = Scene::identity_mappings();
    scene.api.list().await.json(&json!({
        "apiVersion": "v1",
        "kind": "List",
        "metadata": { "resourceVersion": "1", "continue": "more" },
        "items": [],
    }));
    let _hanging = scene.api.list().await;
    stops_at_once(scene).await;
}

#[tokio::test(start_paused = true)]
async fn a_watch_of_objects_stops_while_news_wait_to_be_told() {
    let mut scene = Scene::identity_mappings();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    watch.event("ADDED", &mapping("deploy", 0, DEPLOY, "deploy"));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(scene.is_silent());
    stops_at_once(scene).await;
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_stopped_before_it_begins_asks_for_nothing() {
    let mut scene = Scene::aws_auth();
    scene.stop.send(()).unwrap();
    scene.watch.await.unwrap();
    assert!(!scene.api.was_asked());
}
