//! What users are told about themselves.

use axum::body::Body;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::super::reviews::BODY_LIMIT;
use super::scene::{ADMIN, Answer, DEVELOPER, NOBODY, Scene, VIEWER, request};

const IDENTITY: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const ACCESS: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const RULES: &str = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

#[track_caller]
fn created(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn users_learn_who_they_are() {
    let scene = Scene::new();
    for version in ["v1", "v1beta1"] {
        let api_version = format!("authentication.k8s.io/{version}");
        let body = json!({ "kind": "SelfSubjectReview", "apiVersion": api_version });
        let path = format!("/apis/{api_version}/selfsubjectreviews");
        let review = created(&scene.post(DEVELOPER, &path, body).await);
        assert_eq!(review["kind"], "SelfSubjectReview");
        assert_eq!(review["apiVersion"], api_version);
        assert_eq!(
            review["status"]["userInfo"],
            json!({
                "username": "dev",
                "uid": "uid-of-dev",
                "groups": ["sandbox:developers", "system:authenticated"],
                "extra": { "arn": ["arn:aws:iam::111122223333:user/x"] },
            })
        );
    }
}

#[tokio::test]
async fn users_learn_what_they_may() {
    let scene = Scene::new();
    let list_pods = json!({ "resourceAttributes": {
        "namespace": "default", "verb": "list", "resource": "pods",
    }});
    let everything = json!({ "resourceAttributes": {
        "verb": "*", "group": "*", "resource": "*",
    }});
    let logs = json!({ "resourceAttributes": {
        "verb": "get", "resource": "pods", "subresource": "log",
    }});
    let version = json!({ "nonResourceAttributes": { "verb": "get", "path": "/version" } });
    let metrics = json!({ "nonResourceAttributes": { "verb": "get", "path": "/metrics" } });
    for (token, spec, allowed) in [
        (ADMIN, &list_pods, true),
        (DEVELOPER, &list_pods, true),
        (VIEWER, &list_pods, false),
        (NOBODY, &list_pods, false),
        (ADMIN, &everything, true),
        (DEVELOPER, &everything, false),
        (DEVELOPER, &logs, false),
        (NOBODY, &version, true),
        (NOBODY, &metrics, false),
        (ADMIN, &metrics, true),
    ] {
        let review = created(&scene.post(token, ACCESS, json!({ "spec": spec })).await);
        assert_eq!(review["status"]["allowed"], allowed, "{token} {spec}");
        assert_eq!(review["status"]["reason"].is_string(), allowed);
        assert_eq!(review["spec"], *spec);
    }
}

#[tokio::test]
async fn users_learn_the_rules_that_apply_to_them() {
    let scene = Scene::new();
    let body = json!({ "spec": { "namespace": "default" } });
    let review = created(&scene.post(VIEWER, RULES, &body).await);
    let rules = review["status"]["resourceRules"].as_array().unwrap();
    assert!(rules.contains(&json!({
        "verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["namespaces"],
    })));
    assert_eq!(review["status"]["incomplete"], false);
    let paths = &review["status"]["nonResourceRules"][0];
    assert!(
        paths["nonResourceURLs"]
            .as_array()
            .unwrap()
            .contains(&json!("/version"))
    );
    let nowhere = scene.post(VIEWER, RULES, json!({ "spec": {} })).await;
    nowhere.assert_failed(400, "BadRequest", "no namespace on request");
}

#[tokio::test]
async fn a_body_that_is_not_the_review_is_a_bad_request() {
    let scene = Scene::new();
    for (path, body) in [
        (IDENTITY, ""),
        (IDENTITY, "{"),
        (IDENTITY, "[]"),
        (IDENTITY, r#"{"kind": "Pod"}"#),
        (
            IDENTITY,
            r#"{"apiVersion": "authentication.k8s.io/v1beta1"}"#,
        ),
        (ACCESS, r#"{"spec": 1}"#),
        (ACCESS, r#"{"spec": {"resourceAttributes": {"verb": 1}}}"#),
    ] {
        let answer = scene.post(ADMIN, path, body).await;
        assert_eq!(answer.status, 400, "{body}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(
            message.starts_with("the object provided is unrecognized"),
            "{message}"
        );
    }
    let neither = scene.post(ADMIN, ACCESS, json!({ "spec": {} })).await;
    assert_eq!(
        (neither.status.as_u16(), &neither.json()["reason"]),
        (422, &json!("Invalid"))
    );
}

#[tokio::test]
async fn a_body_ends_at_the_limit() {
    let scene = Scene::new();
    let fits = format!("{{}}{}", " ".repeat(BODY_LIMIT - 2));
    assert_eq!(scene.post(ADMIN, IDENTITY, &fits).await.status, 201);
    let answer = scene.post(ADMIN, IDENTITY, fits + " ").await;
    let message = format!("Request entity too large: limit is {BODY_LIMIT}");
    answer.assert_failed(413, "RequestEntityTooLarge", &message);
}

#[tokio::test]
async fn a_body_is_what_its_content_type_says_or_json() {
    const PROTOBUF: &str =
        "k8s\0\n-\n\u{18}authentication.k8s.io/v1\u{12}\u{11}SelfSubjectReview\u{12}\0";
    let scene = Scene::new();
    for (media_type, body, status) in [
        (None, "{}", 201),
        (Some("application/json"), "{}", 201),
        (Some("application/json; charset=utf-8"), "{}", 201),
        (Some("application/json"), PROTOBUF, 400),
        (Some("application/vnd.kubernetes.protobuf"), PROTOBUF, 201),
        (Some("application/vnd.kubernetes.protobuf"), "{}", 400),
        (Some("text/plain"), "{}", 415),
    ] {
        let mut request = request(Method::POST, ADMIN, IDENTITY);
        if let Some(media_type) = media_type {
            let value = media_type.parse().unwrap();
            request.headers_mut().insert(CONTENT_TYPE, value);
        }
        *request.body_mut() = Body::from(body);
        let answer = scene.answer(request).await;
        assert_eq!(answer.status, status, "{media_type:?} {}", answer.text);
    }
}
