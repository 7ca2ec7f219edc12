//! The status of objects while the API server does not do what it should.

use std::slice;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::objects::{AUDIT, DEPLOY, mapping, with_status};
use crate::stage::Stage;

const LOWER: &str = "arn:aws:iam::123456789012:role/deploy";

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_is_tried_again() {
    let mut stage = Stage::unlisted();
    for code in [401, 403, 404, 500] {
        stage.api.list().await.refuse(code, "Refused");
    }
    let objects = [mapping("deploy", 0, DEPLOY, "deploy")];
    stage.api.list().await.items("1", &objects);
    assert_eq!(stage.written().await, json!({ "canonicalARN": LOWER }));
}

#[tokio::test(start_paused = true)]
async fn a_change_during_a_gap_is_seen_in_the_next_list() {
    let right = with_status(mapping("deploy", 0, DEPLOY, "deploy"), LOWER);
    let mut stage = Stage::with(&[right]).await;
    stage.api.watch().await.refuse(410, "Expired");
    let changed = with_status(mapping("deploy", 0, AUDIT, "deploy"), LOWER);
    stage.api.list().await.items("2", &[changed]);
    assert_eq!(
        stage.written().await,
        json!({ "canonicalARN": AUDIT.to_lowercase() })
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_that_was_deleted_during_a_gap_is_left_alone() {
    let mut stage = Stage::with(&[mapping("deploy", 0, DEPLOY, "deploy")]).await;
    let watch = stage.api.watch().await;
    stage.api.next().await.refuse(409, "Conflict");
    watch.refuse(410, "Expired");
    stage.api.list().await.items("2", &[]);
    assert!(stage.change().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_deleted_object_is_left_alone() {
    let deploy = mapping("deploy", 0, DEPLOY, "deploy");
    let mut stage = Stage::with(slice::from_ref(&deploy)).await;
    let watch = stage.api.watch().await.open();
    stage.api.next().await.refuse(409, "Conflict");
    watch.event("DELETED", &deploy);
    assert!(stage.change().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_taken_anew_changes_nothing_that_is_right() {
    let right = with_status(mapping("deploy", 0, DEPLOY, "deploy"), LOWER);
    let mut stage = Stage::with(slice::from_ref(&right)).await;
    for _ in 0..5 {
        stage.api.watch().await.refuse(410, "Expired");
        stage.api.list().await.items("2", slice::from_ref(&right));
    }
    assert!(stage.change().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_closed_at_once_is_not_opened_again_without_a_pause() {
    let mut stage = Stage::with(&[]).await;
    let begin = Instant::now();
    for _ in 0..6 {
        drop(stage.api.watch().await.open());
    }
    assert!(begin.elapsed() > Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn objects_come_page_by_page() {
    let mut stage = Stage::unlisted();
    let list = stage.api.list().await;
    assert!(list.has("limit=500"));
    list.json(&json!({
        "apiVersion": "v1",
        "kind": "List",
        "metadata": { "resourceVersion": "1", "continue": "more" },
        "items": [],
    }));
    let list = stage.api.list().await;
    assert!(list.has("continue=more"));
    list.items("1", &[mapping("deploy", 0, DEPLOY, "deploy")]);
    assert_eq!(stage.written().await, json!({ "canonicalARN": LOWER }));
}

#[tokio::test(start_paused = true)]
async fn the_controller_stops_while_it_waits_to_try_again() {
    let mut stage = Stage::unlisted();
    stage.api.list().await.refuse(500, "InternalError");
    sleep(Duration::from_millis(10)).await;
    let before = Instant::now();
    stage.stop.send(()).unwrap();
    stage.controller.await.unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);
}
