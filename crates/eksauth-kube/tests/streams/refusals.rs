//! Requests that are refused for good.

use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::{AttachParams, LogParams, PostParams, WatchParams};
use eksauth_kube::kube::client::Body;
use http::{Request, StatusCode};

use crate::api_server::pod;
use crate::stage::{Stage, assert_refused};

const POD: &str = "/api/v1/namespaces/default/pods/x";
const PODS: &str = "/api/v1/namespaces/default/pods";

#[tokio::test]
async fn whatever_is_refused_twice_ends_with_the_refusal_of_the_server() {
    let stage = Stage::with_a_token_that_is_refused().await;
    stage.server.door().shut();
    let pods = stage.pods();
    let attached = AttachParams::default();
    let errors = [
        pods.get("x").await.err(),
        pods.create(&PostParams::default(), &Pod::default())
            .await
            .err(),
        pods.watch(&WatchParams::default(), "7").await.err(),
        pods.log_stream("x", &LogParams::default()).await.err(),
        pods.exec("x", ["cat"], &attached).await.err(),
        pods.attach("x", &attached).await.err(),
        pods.portforward("x", &[8080]).await.err(),
    ];
    let shown = errors.map(|error| assert_refused(&error.unwrap()));
    assert_eq!(stage.server.door().knocks().len(), 2 * shown.len());
    stage.end(shown.concat());
}

#[tokio::test]
async fn a_request_with_a_body_is_sent_again_with_that_body() {
    let stage = Stage::with_a_token_that_is_refused().await;
    let new: Pod = serde_json::from_value(pod("new")).unwrap();
    let created = stage.pods().create(&PostParams::default(), &new).await;
    assert_eq!(created.unwrap(), new);
    stage.assert_sent_again_once("");
    stage.end("");
}

/// What kube lets one send as a stream: the body of an answer.
async fn stream(stage: &Stage) -> Body {
    let request = Request::get(POD).body(Body::empty()).unwrap();
    let answer = stage.client.send(request).await.unwrap();
    stage.server.door().knocks();
    let body = answer.into_body();
    assert!(body.try_clone().is_none(), "it is a stream");
    body
}

#[tokio::test]
async fn a_stream_is_not_sent_again_and_the_next_request_has_the_new_token() {
    let stage = Stage::start().await;
    let body = stream(&stage).await;
    stage.outlive_tokens();
    let request = Request::post(PODS).body(body).unwrap();
    let answer = stage.client.send(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    stage.pods().get("x").await.unwrap();
    let knocks = stage.server.door().knocks();
    let seen = knocks.iter().map(|it| (&*it.path, it.token, it.is_let_in));
    assert_eq!(Vec::from_iter(seen), [(PODS, 0, false), (POD, 1, true)]);
    stage.end("");
}

#[tokio::test]
async fn a_stream_that_is_accepted_arrives_whole() {
    let stage = Stage::start().await;
    let body = stream(&stage).await;
    let request = Request::post(PODS).body(body).unwrap();
    let answer = stage.client.send(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let echo = answer.into_body().collect_bytes().await.unwrap();
    let echo: serde_json::Value = serde_json::from_slice(&echo).unwrap();
    assert_eq!(echo, pod("x"));
    stage.end("");
}
