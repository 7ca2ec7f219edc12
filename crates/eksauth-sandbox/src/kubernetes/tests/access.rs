//! Who gets in, and what they may.

use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Request};

use super::scene::{ADMIN, DEVELOPER, NOBODY, Scene, UNKNOWN, VIEWER, request};

fn with_authorization(path: &str, value: &str) -> Request<Body> {
    let request = Request::get(path).header(AUTHORIZATION, value);
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn everyone_may_get_the_version_and_the_health() {
    let scene = Scene::new();
    for path in ["/healthz", "/livez", "/readyz"] {
        let anonymous = Request::get(path).body(Body::empty()).unwrap();
        let answer = scene.answer(anonymous).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "ok"));
        let media_type = answer.headers["content-type"].to_str().unwrap();
        assert!(media_type.starts_with("text/plain"), "{media_type}");
    }
    let anonymous = Request::get("/version").body(Body::empty()).unwrap();
    let version = scene.answer(anonymous).await.ok();
    let git_version = version["gitVersion"].as_str().unwrap();
    assert!(git_version.starts_with("v1.") && git_version.ends_with("-eksauth-sandbox"));
    assert_eq!(version["major"], "1");
}

#[tokio::test]
async fn a_wrong_token_is_turned_away_even_from_what_is_public() {
    let scene = Scene::new();
    let answer = scene.get(UNKNOWN, "/version").await;
    answer.assert_failed(401, "Unauthorized", "Unauthorized");
    assert!(!answer.text.contains(UNKNOWN));
}

#[tokio::test]
async fn whoever_has_no_valid_credentials_is_unauthorized_whatever_they_ask() {
    let scene = Scene::new();
    for path in ["/api", "/api/v1/pods", "/api/v1/nonsense", "/nonsense"] {
        let anonymous = Request::get(path).body(Body::empty()).unwrap();
        let answers = [
            scene.answer(anonymous).await,
            scene.get(UNKNOWN, path).await,
            scene.answer(with_authorization(path, "Bearer")).await,
            scene.answer(with_authorization(path, "Bearer  ")).await,
            scene.answer(with_authorization(path, ADMIN)).await,
            scene.answer(with_authorization(path, "Basic YTpi")).await,
        ];
        for answer in answers {
            answer.assert_failed(401, "Unauthorized", "Unauthorized");
        }
    }
    let mut post = request(Method::POST, UNKNOWN, "/healthz");
    post.headers_mut().remove(AUTHORIZATION);
    let answer = scene.answer(post).await;
    answer.assert_failed(401, "Unauthorized", "Unauthorized");
}

#[tokio::test]
async fn the_scheme_may_be_written_in_any_case() {
    let scene = Scene::new();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = with_authorization("/api", &format!("{scheme} {ADMIN}"));
        assert_eq!(scene.answer(request).await.status, 200);
    }
}

#[tokio::test]
async fn groups_may_what_the_policy_says() {
    const NAMESPACES: &str = "/api/v1/namespaces";
    const PODS: &str = "/api/v1/namespaces/default/pods";
    const POD: &str = "/api/v1/namespaces/default/pods/hello";
    let scene = Scene::new();
    for (token, path, status) in [
        (ADMIN, NAMESPACES, 200),
        (ADMIN, PODS, 200),
        (DEVELOPER, NAMESPACES, 200),
        (DEVELOPER, PODS, 200),
        (DEVELOPER, POD, 200),
        (DEVELOPER, "/api/v1/namespaces/default/pods/hello/log", 403),
        (DEVELOPER, "/api/v1/secrets", 403),
        (VIEWER, NAMESPACES, 200),
        (VIEWER, "/api/v1/namespaces/default", 200),
        (VIEWER, PODS, 403),
        (VIEWER, POD, 403),
        (NOBODY, NAMESPACES, 403),
        (NOBODY, "/api", 200),
        (NOBODY, "/apis", 200),
        (NOBODY, "/openapi/v3", 200),
        (NOBODY, "/version", 200),
        (NOBODY, "/metrics", 403),
        (ADMIN, "/metrics", 404),
    ] {
        let answer = scene.get(token, path).await;
        assert_eq!(answer.status, status, "{token} {path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_denial_has_the_words_of_kubernetes() {
    const GROUPED: &str = "/apis/apps/v1/namespaces/x/deployments/web";
    let scene = Scene::new();
    for (token, path, message) in [
        (
            VIEWER,
            "/api/v1/namespaces/default/pods",
            r#"pods is forbidden: User "viewer" cannot list resource "pods" in API group "" in the namespace "default""#,
        ),
        (
            VIEWER,
            "/api/v1/pods?watch=true",
            r#"pods is forbidden: User "viewer" cannot watch resource "pods" in API group "" at the cluster scope"#,
        ),
        (
            VIEWER,
            "/api/v1/namespaces/default/pods/hello",
            r#"pods "hello" is forbidden: User "viewer" cannot get resource "pods" in API group "" in the namespace "default""#,
        ),
        (
            VIEWER,
            "/api/v1/namespaces/default/pods?fieldSelector=metadata.name%3Dhello",
            r#"pods "hello" is forbidden: User "viewer" cannot list resource "pods" in API group "" in the namespace "default""#,
        ),
        (
            VIEWER,
            "/api/v1/namespaces/default/pods/hello/log",
            r#"pods "hello" is forbidden: User "viewer" cannot get resource "pods/log" in API group "" in the namespace "default""#,
        ),
        (
            VIEWER,
            GROUPED,
            r#"deployments.apps "web" is forbidden: User "viewer" cannot get resource "deployments" in API group "apps" in the namespace "x""#,
        ),
        (
            NOBODY,
            "/metrics",
            r#"forbidden: User "&lt;nobody&gt;" cannot get path "/metrics""#,
        ),
    ] {
        let answer = scene.get(token, path).await;
        answer.assert_failed(403, "Forbidden", message);
    }
    let list = scene.get(VIEWER, "/api/v1/pods").await.json();
    assert_eq!(list["details"], serde_json::json!({ "kind": "pods" }));
    let get = scene.get(VIEWER, GROUPED).await.json();
    let details = serde_json::json!({ "name": "web", "group": "apps", "kind": "deployments" });
    assert_eq!(get["details"], details);
}

#[tokio::test]
async fn each_method_is_a_verb_of_its_own() {
    let scene = Scene::new();
    for (method, path, verb) in [
        (Method::POST, "/api/v1/namespaces/x/pods", "create"),
        (Method::PUT, "/api/v1/namespaces/x/pods/p", "update"),
        (Method::PATCH, "/api/v1/namespaces/x/pods/p", "patch"),
        (Method::DELETE, "/api/v1/namespaces/x/pods/p", "delete"),
        (
            Method::DELETE,
            "/api/v1/namespaces/x/pods",
            "deletecollection",
        ),
    ] {
        let answer = scene.answer(request(method, DEVELOPER, path)).await;
        let message = answer.json()["message"].clone();
        let cannot = format!("cannot {verb} resource \"pods\"");
        assert!(message.as_str().unwrap().contains(&cannot), "{message}");
    }
}

#[tokio::test]
async fn the_status_of_each_answer_is_observed() {
    let scene = Scene::new();
    scene.get(ADMIN, "/version").await;
    scene.get(UNKNOWN, "/version").await;
    scene.get(VIEWER, "/api/v1/pods").await;
    scene.get(ADMIN, "/nonsense").await;
    scene.answer(request(Method::POST, ADMIN, "/api")).await;
    scene.watch("/api/v1/pods?watch=true").await;
    assert_eq!(scene.statuses(), [200, 401, 403, 404, 405, 200]);
}

#[tokio::test]
async fn a_review_says_what_a_request_then_gets() {
    const REVIEWS: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let scene = Scene::new();
    for token in [ADMIN, DEVELOPER, VIEWER, NOBODY] {
        for resource in ["namespaces", "pods"] {
            let asked = serde_json::json!({ "spec": {
                "resourceAttributes": { "verb": "list", "resource": resource },
            }});
            let review = scene.post(token, REVIEWS, asked).await.json();
            let answer = scene.get(token, &format!("/api/v1/{resource}")).await;
            let allowed = answer.status == 200;
            assert_eq!(review["status"]["allowed"], allowed, "{token} {resource}");
        }
    }
}

#[tokio::test]
async fn a_head_request_is_a_get_without_the_body() {
    let scene = Scene::new();
    for path in [
        "/version",
        "/api/v1/namespaces",
        "/api/v1/namespaces/default",
    ] {
        let answer = scene.answer(request(Method::HEAD, VIEWER, path)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (200, ""),
            "{path}"
        );
    }
    let denied = scene
        .answer(request(Method::HEAD, VIEWER, "/api/v1/pods"))
        .await;
    assert_eq!(denied.status, 403);
}
