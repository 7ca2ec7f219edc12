//! Logs that are followed and watches, while their tokens come and go.

use std::pin::pin;

use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::ResourceExt as _;
use eksauth_kube::kube::api::{LogParams, WatchEvent, WatchParams};
use futures_util::{AsyncBufReadExt as _, TryStreamExt as _};
use serde_json::json;

use crate::api_server::pod;
use crate::stage::Stage;

const LIVES: usize = 20;

fn follow() -> LogParams {
    LogParams {
        follow: true,
        ..LogParams::default()
    }
}

#[tokio::test]
async fn a_log_is_followed_through_many_lives_of_tokens() {
    let stage = Stage::with_a_token_that_is_refused().await;
    let mut lines = stage
        .pods()
        .log_stream("x", &follow())
        .await
        .unwrap()
        .lines();
    stage.assert_sent_again_once("/x/log");
    for life in 0..LIVES {
        let line = format!("line {life}");
        stage.server.say(&line);
        assert_eq!(lines.try_next().await.unwrap(), Some(line));
        stage.outlive_tokens();
        stage.pods().get("x").await.unwrap();
    }
    assert_eq!(stage.server.door().tokens().len(), 2 + LIVES);
    stage.end("");
}

#[tokio::test]
async fn a_watch_goes_on_through_many_lives_of_tokens() {
    let stage = Stage::with_a_token_that_is_refused().await;
    let events = stage.pods().watch(&WatchParams::default(), "7").await;
    let mut events = pin!(events.unwrap());
    stage.assert_sent_again_once("");
    for life in 0..LIVES {
        let name = format!("pod-{life}");
        let event = json!({ "type": "ADDED", "object": pod(&name) });
        stage.server.say(&event.to_string());
        match events.try_next().await.unwrap().unwrap() {
            WatchEvent::Added::<Pod>(pod) => assert_eq!(pod.name_any(), name),
            other => panic!("{other:?}"),
        }
        stage.outlive_tokens();
        stage.pods().get("x").await.unwrap();
    }
    stage.end("");
}
