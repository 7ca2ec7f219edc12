//! Requests that are refused.

use eksauth_testing::CapturedLogs;
use futures_util::future::join_all;
use kube::Client;
use kube::client::ClientBuilder;

use super::*;

#[tokio::test]
async fn after_a_401_the_request_is_sent_again_with_a_new_token() {
    let scene = Scene::new(&[401, 200]);
    let first = scene.bearer().await;
    scene.clock.advance(Duration::from_secs(60));
    assert_eq!(scene.get().await, 200);
    let sent = scene.server.authorizations();
    assert_eq!(sent, [first.clone(), scene.bearer().await]);
    assert_ne!(sent[1], first);
}

#[tokio::test]
async fn credentials_that_were_replaced_meanwhile_sign_the_new_token() {
    let scene = Scene::new(&[401, 200]);
    scene.bearer().await;
    scene.provider.rotate();
    scene.clock.advance(Duration::from_secs(10));
    assert_eq!(scene.get().await, 200);
    let signer = |it: &str| {
        let policy = eksauth::token::Policy::new(eksauth::token::Partition::Aws);
        let token = it.strip_prefix("Bearer ").unwrap();
        let url = eksauth::token::PresignedUrl::decode(token, &policy, scene.source.now());
        url.unwrap().access_key_id().to_owned()
    };
    let signers: Vec<_> = scene
        .server
        .authorizations()
        .iter()
        .map(|it| signer(it))
        .collect();
    assert_eq!(signers, ["AKIA0000000000000000", "AKIA0000000000000001"]);
}

#[tokio::test]
async fn the_second_answer_is_returned_whatever_it_is() {
    for status in [401, 403, 500] {
        let scene = Scene::new(&[401, status, 200]);
        assert_eq!(scene.get().await, status);
        assert_eq!(scene.server.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_request_that_had_to_wait_for_its_token_is_sent_again_too() {
    let scene = Scene::new(&[401, 200]);
    assert_eq!(scene.get().await, 200);
    assert_eq!(scene.server.seen().len(), 2);
}

#[tokio::test]
async fn what_is_sent_again_is_the_same_but_for_the_token() {
    let scene = Scene::new(&[401, 200, 401, 200]);
    let mut request = Request::patch("/api/v1/namespaces/default?fieldManager=test")
        .header("content-type", "application/merge-patch+json")
        .header("x-twice", "1")
        .header("x-twice", "2")
        .body(Body::from(b"{\"spec\":{}}".to_vec()))
        .unwrap();
    request.extensions_mut().insert("patch");
    assert_eq!(scene.send(request).await, 200);

    let mut request = get();
    request.extensions_mut().insert("list");
    request.extensions_mut().insert(7_u8);
    assert_eq!(scene.send(request).await, 200);

    let seen = scene.server.seen();
    for (first, second) in [(&seen[0], &seen[1]), (&seen[2], &seen[3])] {
        assert_eq!(first.method, second.method);
        assert_eq!(first.uri, second.uri);
        assert_eq!(first.body, second.body);
        let others = |it: &service::Seen| {
            let mut headers = it.headers.clone();
            headers.remove(AUTHORIZATION);
            headers
        };
        assert_eq!(others(first), others(second));
        let name = |it: &service::Seen| it.extensions.get::<&'static str>().copied();
        assert_eq!(name(first), name(second));
    }
    assert_eq!(seen[1].body, b"{\"spec\":{}}");
    assert_eq!(seen[1].headers.get_all("x-twice").iter().count(), 2);
    assert_eq!(seen[1].extensions.get(), Some(&"patch"));
    assert_eq!(seen[3].extensions.get(), Some(&7_u8));
}

#[tokio::test]
async fn whatever_a_request_asks_for_is_asked_for_again() {
    let long = format!("/api/v1/pods?labelSelector={}", "a".repeat(200));
    let uris = [
        "/",
        "//twice/the/slash",
        "/api/v1/pods?watch=true&labelSelector=a%3Db",
        &long,
        "*",
        "https://localhost:6443/version",
    ];
    let only_a_query = http::uri::PathAndQuery::from_static("?watch=true");
    let mut parts = http::uri::Parts::default();
    parts.path_and_query = Some(only_a_query);
    let odd = http::Uri::from_parts(parts).unwrap();
    for uri in uris.iter().map(|it| it.parse().unwrap()).chain([odd]) {
        let scene = Scene::new(&[401, 200]);
        let mut request = get();
        *request.uri_mut() = uri;
        assert_eq!(scene.send(request).await, 200);
        let seen = scene.server.seen();
        assert_eq!(seen[0].uri, seen[1].uri);
    }
}

#[tokio::test]
async fn requests_that_are_refused_at_the_same_time_cause_one_new_token() {
    const MANY: usize = 100;
    let scene = Scene::new(&[401; MANY]);
    let first = scene.bearer().await;
    scene.clock.advance(Duration::from_secs(60));
    scene.server.holds_back();
    let answers = join_all((0..MANY).map(|_| scene.get()));
    let release = async {
        // All of them were sent before any is answered.
        while scene.server.seen().len() < MANY {
            tokio::task::yield_now().await;
        }
        scene.server.lets_go(2 * MANY);
    };
    let (answers, ()) = tokio::join!(answers, release);
    assert!(answers.iter().all(|it| *it == 200));
    let sent = scene.server.authorizations();
    assert!(sent[..MANY].iter().all(|it| *it == first));
    let second = scene.bearer().await;
    assert!(sent[MANY..].iter().all(|it| *it == second));
    assert_eq!(sent.len(), 2 * MANY);
    assert_eq!(scene.provider.calls(), 2);
}

#[tokio::test]
async fn when_no_new_token_can_be_had_the_401_is_returned() {
    let scene = Scene::new(&[401, 200]);
    scene.bearer().await;
    scene.provider.goes_out();
    scene.clock.advance(Duration::from_secs(60));
    assert_eq!(scene.get().await, 401);
    assert_eq!(scene.server.seen().len(), 1);
}

#[tokio::test]
async fn a_body_that_is_a_stream_is_not_sent_again_and_the_next_request_has_the_new_token() {
    let scene = Scene::new(&[200, 401, 200]);
    // The only such body that can be had is that of an answer.
    let client: Client = ClientBuilder::new(scene.server.clone(), "default")
        .with_layer(&AuthLayer::new(scene.source.clone()))
        .build();
    let stream = client.send(get()).await.unwrap().into_body();
    assert!(stream.try_clone().is_none());
    let first = scene.bearer().await;
    scene.clock.advance(Duration::from_secs(60));

    let request = Request::post("/api/v1/namespaces").body(stream).unwrap();
    assert_eq!(scene.send(request).await, 401);
    assert_eq!(scene.server.seen().len(), 2);
    assert_eq!(scene.get().await, 200);
    let sent = scene.server.authorizations();
    assert_eq!(sent[1], first);
    assert_ne!(sent[2], first);
}

#[tokio::test]
async fn a_new_token_that_is_refused_is_told_once_until_one_is_accepted() {
    let logs = CapturedLogs::scoped();
    let scene = Scene::new(&[401, 401, 401, 401, 200, 401, 401]);
    scene.server.dates_answers("Tue, 24 Nov 2026 12:30:00 GMT");
    for expected in [401, 401, 200, 401] {
        assert_eq!(scene.get().await, expected);
    }
    let log = logs.text();
    let count = |text: &str| log.matches(text).count();
    assert_eq!(count("refuses a token that was just signed"), 2, "{log}");
    assert_eq!(count("accepts tokens again"), 1, "{log}");
    assert!(log.contains("clock_here_is=\"30m behind\""), "{log}");
    for bearer in scene.server.authorizations() {
        let token = bearer.strip_prefix("Bearer ").unwrap();
        let scan = eksauth_testing::SecretScan::new().token(token);
        scan.assert_clean("the log", &log);
    }
}

#[tokio::test]
async fn what_is_about_no_token_accepts_none() {
    let logs = CapturedLogs::scoped();
    let scene = Scene::new(&[401, 401, 503, 429, 401, 401, 404]);
    for expected in [401, 503, 429, 401, 404] {
        assert_eq!(scene.get().await, expected);
    }
    let log = logs.text();
    let count = |text: &str| log.matches(text).count();
    assert_eq!(count("refuses a token that was just signed"), 1, "{log}");
    assert_eq!(count("accepts tokens again"), 1, "{log}");
}

#[tokio::test(start_paused = true)]
async fn when_no_new_token_can_be_had_within_ten_seconds_the_401_is_returned() {
    let scene = Scene::new(&[401, 200]);
    scene.bearer().await;
    scene.provider.hangs();
    scene.clock.advance(Duration::from_secs(60));
    let before = tokio::time::Instant::now();
    assert_eq!(scene.get().await, 401);
    assert_eq!(before.elapsed().as_secs(), 10);
    assert_eq!(scene.server.seen().len(), 1);
}

#[tokio::test]
async fn a_clock_that_is_right_is_not_blamed() {
    let logs = CapturedLogs::scoped();
    let scene = Scene::new(&[401, 401]);
    scene.server.dates_answers("Tue, 24 Nov 2026 12:03:00 GMT");
    assert_eq!(scene.get().await, 401);
    let log = logs.text();
    assert!(
        log.contains("refuses a token that was just signed"),
        "{log}"
    );
    assert!(!log.contains("clock_here_is"), "{log}");
}
