//! What comes back for which request, to the byte.

use eksauth_server::{DenialClass, DenialStatus};

use crate::client::{BOTH, Protocol, request};
use crate::fake_authenticator::{DENIALS, Step, granted};
use crate::scene::{Scene, TOKEN, review};

const VERSIONS: [&str; 2] = ["authentication.k8s.io/v1", "authentication.k8s.io/v1beta1"];
const NOBODY: &str = r#"{"metadata":{},"spec":{},"status":{"user":{}}}"#;
const ADMIN: &str = r#"{"username":"admin:dev","uid":"aws-iam-authenticator:123456789012:AROAUNIQUE","groups":["system:masters"],"extra":{"arn":["arn:aws:sts::123456789012:assumed-role/Admin/dev"],"sessionName":["dev"]}}"#;
const JSON: &str = "application/json; charset=UTF-8";
const TEXT: &str = "text/plain; charset=utf-8";

#[tokio::test]
async fn a_user_is_told_in_the_version_that_was_asked_for() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        let reply = client.review(review(None)).await;
        let expected = format!(
            r#"{{"metadata":{{}},"spec":{{}},"status":{{"authenticated":true,"user":{ADMIN}}}}}"#
        );
        assert_eq!(reply.body, format!("{expected}\n"));
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, Some(JSON))
        );
        for version in VERSIONS {
            let reply = client.review(review(Some(version))).await;
            let expected = format!(
                r#"{{"kind":"TokenReview","apiVersion":"{version}","metadata":{{}},"spec":{{}},"status":{{"authenticated":true,"user":{ADMIN}}}}}"#
            );
            assert_eq!(reply.body, format!("{expected}\n"));
            assert_eq!(
                (reply.status, reply.header("content-type")),
                (200, Some(JSON))
            );
        }
    }
    assert_eq!(scene.authenticator.asked(), [TOKEN; 6]);
}

#[tokio::test]
async fn no_groups_and_no_extra_are_left_out() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut decision = granted();
    let user = &mut decision.verdict.as_mut().unwrap().user;
    user.groups.clear();
    user.extra.clear();
    scene.authenticator.decide(decision);
    let reply = served
        .client(Protocol::Http2)
        .await
        .review(review(None))
        .await;
    assert_eq!(
        reply.body,
        "{\"metadata\":{},\"spec\":{},\"status\":{\"authenticated\":true,\"user\":{\"username\":\"admin:dev\",\"uid\":\"aws-iam-authenticator:123456789012:AROAUNIQUE\"}}}\n"
    );
}

#[tokio::test]
async fn every_denial_without_a_version_is_the_same_bytes() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        for (class, status, _) in DENIALS {
            scene.authenticator.deny(class);
            let reply = client.review(review(None)).await;
            assert_eq!((reply.status, &*reply.body), (status, NOBODY), "{class:?}");
            assert_eq!(reply.header("content-type"), Some(JSON));
            let waits = matches!(class, DenialClass::Overloaded { .. });
            assert_eq!(
                reply.header("retry-after"),
                waits.then_some("2"),
                "{class:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_denial_in_a_version_says_its_class_and_nothing_of_the_reason() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut client = served.client(Protocol::Http2).await;
    for version in VERSIONS {
        for (class, status, _) in DENIALS {
            scene.authenticator.deny(class);
            let reply = client.review(review(Some(version))).await;
            assert_eq!(reply.status, status, "{class:?}");
            let start = format!(
                r#"{{"kind":"TokenReview","apiVersion":"{version}","metadata":{{}},"spec":{{}},"status":{{"user":{{}},"error":""#
            );
            assert!(reply.body.starts_with(&start), "{}", reply.body);
            assert!(!reply.body.contains("arn:"), "{}", reply.body);
            assert!(!reply.body.contains("operator"), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_denial_can_be_a_review_that_an_api_server_remembers() {
    let scene = Scene::new();
    let served = scene.serve_denying(DenialStatus::Review).await;
    let mut client = served.client(Protocol::Http2).await;
    for (class, otherwise, _) in DENIALS {
        let is_final = matches!(
            class,
            DenialClass::InvalidToken | DenialClass::RefusedBySts | DenialClass::NotMapped
        );
        scene.authenticator.deny(class);
        let reply = client.review(review(Some(VERSIONS[0]))).await;
        let expected = if is_final { 200 } else { otherwise };
        assert_eq!(reply.status, expected, "{class:?}");
        let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        let status = &body["status"];
        match is_final {
            // An error would keep it from being remembered.
            true => assert_eq!(
                status,
                &serde_json::json!({"authenticated": false, "user": {}})
            ),
            false => assert!(status["error"].is_string(), "{status}"),
        }
    }
}

#[tokio::test]
async fn what_is_no_review_is_an_error_of_the_caller() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
            let reply = client
                .send(request(method, "/authenticate", ""))
                .await
                .unwrap();
            assert_eq!((reply.status, &*reply.body), (405, "expected POST\n"));
            assert_eq!(reply.header("content-type"), Some(TEXT));
            assert_eq!(reply.header("allow"), Some("POST"));
        }
        for body in ["", "token", "[]", r#"{"spec":{"token":1}}"#, r#"{"spec""#] {
            let reply = client.review(body).await;
            let expected = "expected a request body to be a TokenReview\n";
            assert_eq!((reply.status, &*reply.body), (400, expected), "{body}");
            assert_eq!(reply.header("content-type"), Some(TEXT));
        }
    }
    assert!(scene.authenticator.asked().is_empty());
}

#[tokio::test]
async fn an_absent_token_is_judged_as_an_empty_one() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut client = served.client(Protocol::Http1).await;
    for body in ["null", "{}", r#"{"spec":{}}"#] {
        scene.authenticator.deny(DenialClass::InvalidToken);
        assert_eq!(client.review(body).await.status, 403);
    }
    assert_eq!(scene.authenticator.asked(), [""; 3]);
}

#[tokio::test]
async fn the_query_and_what_follows_the_review_do_not_count() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        let body = format!("{}garbage", review(None));
        let asked = request("POST", "/authenticate?timeout=30s", body);
        assert_eq!(client.send(asked).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn many_reviews_share_one_http2_connection() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let Ok(crate::client::Client::Http2(sender)) =
        Ok::<_, ()>(served.client(Protocol::Http2).await)
    else {
        panic!("not HTTP/2");
    };
    let reviews = (0..100).map(|_| {
        let mut client = crate::client::Client::Http2(sender.clone());
        scene.authenticator.next(Step::AtTheGate);
        async move { client.review(review(None)).await.status }
    });
    let all = tokio::spawn(futures_util::future::join_all(reviews));
    scene.authenticator.until_under_way(100).await;
    assert_eq!(served.metrics.requests_in_flight(), 100);
    assert_eq!(served.metrics.connections(), 1);
    scene.authenticator.open_gate();
    assert_eq!(all.await.unwrap(), [200; 100]);
    assert_eq!(served.metrics.requests_in_flight(), 0);
}
