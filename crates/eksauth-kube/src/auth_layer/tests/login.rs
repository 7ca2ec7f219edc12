//! Requests that are accepted.

use futures_util::FutureExt as _;
use kube::Client;
use kube::client::ClientBuilder;

use super::*;

#[tokio::test]
async fn a_request_gets_the_token_in_hand() {
    let scene = Scene::new(&[200, 200]);
    assert_eq!(scene.get().await, 200);
    assert_eq!(scene.get().await, 200);
    let bearer = scene.bearer().await;
    assert_eq!(scene.server.authorizations(), [bearer.clone(), bearer]);
    assert_eq!(scene.provider.calls(), 1);
    let seen = scene.server.seen();
    assert!(seen[0].headers[AUTHORIZATION].is_sensitive());
}

#[tokio::test]
async fn with_a_token_in_hand_nothing_is_waited_for() {
    let scene = Scene::new(&[]);
    scene.bearer().await;
    let mut service = scene.service.clone();
    let answer = service.call(get()).now_or_never();
    assert_eq!(answer.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn when_no_token_is_valid_the_request_waits_for_the_next() {
    let scene = Scene::new(&[]);
    let first = scene.bearer().await;
    scene.clock.advance(Duration::from_secs(14 * 60));
    assert_eq!(scene.get().await, 200);
    let sent = scene.server.authorizations();
    assert_ne!(sent[0], first);
    assert_eq!(sent, [scene.bearer().await]);
}

#[tokio::test]
async fn when_no_token_can_be_had_the_request_is_not_sent() {
    let scene = Scene::new(&[]);
    scene.provider.goes_out();
    let error = scene.service.clone().oneshot(get()).await.unwrap_err();
    let error = error.downcast::<eksauth::TokenError>().unwrap();
    assert!(
        matches!(*error, eksauth::TokenError::Credentials(_)),
        "{error}"
    );
    assert!(scene.server.seen().is_empty());
}

#[tokio::test]
async fn what_a_request_has_in_authorization_is_replaced() {
    let scene = Scene::new(&[401, 200]);
    let mut request = get();
    let other = "Bearer of-somebody-else".parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, other);
    assert_eq!(scene.send(request).await, 200);
    for seen in scene.server.seen() {
        let all: Vec<_> = seen.headers.get_all(AUTHORIZATION).iter().collect();
        assert_eq!(all.len(), 1);
        assert!(seen.authorization().starts_with("Bearer k8s-aws-v1."));
    }
}

#[tokio::test]
async fn other_answers_and_failures_are_returned_as_they_are() {
    for status in [200, 201, 403, 404, 409, 429, 500, 503] {
        let scene = Scene::new(&[status]);
        assert_eq!(scene.get().await, status);
        assert_eq!(scene.server.seen().len(), 1);
    }
    let scene = Scene::new(&[0]);
    let error = scene.service.clone().oneshot(get()).await.unwrap_err();
    assert_eq!(error.to_string(), "connection reset");
}

#[tokio::test]
async fn it_goes_around_a_client_of_kube() {
    let scene = Scene::new(&[401, 200]);
    let client: Client = ClientBuilder::new(scene.server.clone(), "default")
        .with_layer(&AuthLayer::new(scene.source.clone()))
        .build();
    assert_eq!(client.send(get()).await.unwrap().status(), 200);
    assert_eq!(scene.server.seen().len(), 2);
}

#[tokio::test]
async fn debug_shows_no_token() {
    let scene = Scene::new(&[]);
    let token = scene.source.token().await.unwrap();
    let scan = eksauth_testing::SecretScan::new().token(token.expose());
    let shown = format!(
        "{:?} {:?} {:?}",
        scene.service,
        AuthLayer::new(scene.source.clone()),
        scene.source.bearer().await.unwrap()
    );
    scan.assert_clean("Debug", shown);
}
