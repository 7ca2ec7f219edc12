//! The status of `IAMIdentityMapping` objects.

use std::slice;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::objects::{AUDIT, DEPLOY, mapping, with_status};
use crate::stage::Stage;

const LOWER: &str = "arn:aws:iam::123456789012:role/deploy";

#[tokio::test(start_paused = true)]
async fn the_canonical_arn_is_written_where_it_is_missing() {
    let mut stage = Stage::with(&[mapping("deploy", 0, DEPLOY, "deploy")]).await;
    let patch = stage.change().await.unwrap();
    assert_eq!(patch.method, "PATCH");
    assert_eq!(
        patch.path(),
        "/apis/iamauthenticator.k8s.aws/v1alpha1/iamidentitymappings/deploy/status"
    );
    assert_eq!(
        patch.body,
        json!({
            "metadata": { "resourceVersion": "7" },
            "status": { "canonicalARN": LOWER },
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_status_that_is_right_is_not_written_again() {
    let right = with_status(mapping("deploy", 0, DEPLOY, "deploy"), LOWER);
    let mut stage = Stage::with(&[right]).await;
    assert!(stage.change().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_is_written_makes_one_event() {
    let object = mapping("deploy", 0, DEPLOY, "deploy");
    let mut stage = Stage::with(slice::from_ref(&object)).await;
    assert_eq!(stage.written().await, json!({ "canonicalARN": LOWER }));
    let event = stage.event().await;
    assert_eq!(event["reason"], "Synced");
    assert_eq!(event["type"], "Normal");
    assert_eq!(event["regarding"]["name"], "deploy");
    stage.becomes(&with_status(object, LOWER));
    assert!(stage.change().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_changed_arn_is_written_again() {
    let right = with_status(mapping("deploy", 0, DEPLOY, "deploy"), LOWER);
    let mut stage = Stage::with(slice::from_ref(&right)).await;
    assert!(stage.change().await.is_none());
    let changed = with_status(mapping("deploy", 0, AUDIT, "deploy"), LOWER);
    stage.becomes(&changed);
    assert_eq!(
        stage.written().await,
        json!({ "canonicalARN": AUDIT.to_lowercase() })
    );
}

#[tokio::test(start_paused = true)]
async fn an_arn_that_became_invalid_loses_its_canonical_arn() {
    let broken = with_status(mapping("deploy", 0, "nonsense", "deploy"), LOWER);
    let mut stage = Stage::with(&[broken]).await;
    assert_eq!(stage.written().await, json!({ "canonicalARN": null }));
    let event = stage.event().await;
    assert_eq!(event["reason"], "Invalid");
    assert_eq!(event["type"], "Warning");
    assert!(event["note"].as_str().unwrap().contains("nonsense"));
}

#[tokio::test(start_paused = true)]
async fn an_invalid_arn_is_told_once() {
    let mut broken = mapping("deploy", 0, "nonsense", "deploy");
    let mut stage = Stage::with(slice::from_ref(&broken)).await;
    assert_eq!(stage.event().await["reason"], "Invalid");
    for version in ["8", "9"] {
        broken["metadata"]["resourceVersion"] = version.into();
        stage.becomes(&broken);
        assert!(stage.change().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn another_invalid_arn_is_told_again() {
    let mut stage = Stage::with(&[mapping("deploy", 0, "nonsense", "deploy")]).await;
    stage.event().await;
    assert!(stage.change().await.is_none());
    stage.becomes(&mapping("deploy", 0, "rubbish", "deploy"));
    // The recorder of events counts one of the same kind up, or makes a new one.
    let event = stage.change().await.expect("an event");
    assert!(event.path().contains("/events"), "{}", event.uri);
}

#[tokio::test(start_paused = true)]
async fn an_arn_that_became_invalid_again_is_told_again() {
    let broken = mapping("deploy", 0, "nonsense", "deploy");
    let mut stage = Stage::with(slice::from_ref(&broken)).await;
    stage.event().await;
    assert!(stage.change().await.is_none());
    stage.becomes(&with_status(mapping("deploy", 0, DEPLOY, "deploy"), LOWER));
    assert!(stage.change().await.is_none());
    stage.becomes(&broken);
    let event = stage.change().await.expect("an event");
    assert!(event.path().contains("/events"), "{}", event.uri);
}

#[tokio::test(start_paused = true)]
async fn a_status_that_could_not_be_written_is_tried_again_after_a_minute() {
    let mut stage = Stage::with(&[mapping("deploy", 0, DEPLOY, "deploy")]).await;
    for _ in 0..3 {
        stage.change().await.unwrap().refuse(409, "Conflict");
        let before = Instant::now();
        let again = stage.change().await.unwrap();
        assert!(before.elapsed() >= Duration::from_secs(60));
        assert!(before.elapsed() <= Duration::from_secs(121));
        again.refuse(500, "InternalError");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_refused_costs_nothing() {
    let mut stage = Stage::with(&[mapping("deploy", 0, DEPLOY, "deploy")]).await;
    stage.written().await;
    stage.change().await.unwrap().refuse(403, "Forbidden");
    assert!(stage.change().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_object_that_cannot_be_read_stops_no_other() {
    let odd = crate::objects::object("odd", 0, &json!({ "arn": 12 }));
    let mut stage = Stage::with(&[odd, mapping("deploy", 0, DEPLOY, "deploy")]).await;
    assert_eq!(stage.written().await, json!({ "canonicalARN": LOWER }));
}

#[tokio::test(start_paused = true)]
async fn the_controller_stops_while_a_status_is_written() {
    let mut stage = Stage::with(&[mapping("deploy", 0, DEPLOY, "deploy")]).await;
    let _hanging = stage.change().await.unwrap();
    let before = Instant::now();
    stage.stop.send(()).unwrap();
    stage.controller.await.unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);
}
