//! Lists and gets.

use axum::http::Method;
use serde_json::json;

use super::scene::{ADMIN, Scene, request};

const COREDNS: &str = "coredns-5d78c9869d-7xk2p";

#[tokio::test]
async fn a_new_cluster_has_the_usual_namespaces_and_two_pods() {
    let scene = Scene::new();
    let namespaces = scene.get(ADMIN, "/api/v1/namespaces").await;
    let usual = ["default", "kube-node-lease", "kube-public", "kube-system"];
    assert_eq!(namespaces.names(), usual);
    assert_eq!(namespaces.ok()["kind"], "NamespaceList");
    let pods = scene.get(ADMIN, "/api/v1/pods").await;
    assert_eq!(pods.names(), ["hello", COREDNS]);
    let inside = scene
        .get(ADMIN, "/api/v1/namespaces/kube-system/pods")
        .await;
    assert_eq!(inside.names(), [COREDNS]);
    let nowhere = scene.get(ADMIN, "/api/v1/namespaces/nowhere/pods").await;
    assert!(nowhere.names().is_empty());
}

#[tokio::test]
async fn an_object_is_got_by_its_name() {
    let scene = Scene::new();
    let pod = scene
        .get(ADMIN, "/api/v1/namespaces/default/pods/hello")
        .await
        .ok();
    assert_eq!(
        (&pod["kind"], &pod["apiVersion"]),
        (&json!("Pod"), &json!("v1"))
    );
    assert_eq!(pod["metadata"]["namespace"], "default");
    assert_eq!(pod["metadata"]["creationTimestamp"], "2026-01-01T00:00:00Z");
    assert_eq!(pod["status"]["phase"], "Running");
    let namespace = scene.get(ADMIN, "/api/v1/namespaces/default").await.ok();
    assert_eq!(namespace["kind"], "Namespace");
    assert_eq!(namespace["status"]["phase"], "Active");
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let scene = Scene::new();
    let pod = scene.get(ADMIN, "/api/v1/namespaces/default/pods/x").await;
    pod.assert_failed(404, "NotFound", r#"pods "x" not found"#);
    assert_eq!(
        pod.json()["details"],
        json!({ "name": "x", "kind": "pods" })
    );
    let namespace = scene.get(ADMIN, "/api/v1/namespaces/x").await;
    namespace.assert_failed(404, "NotFound", r#"namespaces "x" not found"#);
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    let scene = Scene::new();
    for path in [
        "/",
        "/nonsense",
        "/api/v1/services",
        "/api/v1/pods/hello",
        "/api/v1/namespaces/default/pods/hello/log",
        "/api/v1/namespaces/default/namespaces/default/x",
        "/api/v1/namespaces/default/namespaces/kube-system",
        "/api/v1/namespaces/default/namespaces",
        "/api/v2/pods",
        "/apis/apps/v1/pods",
        "/version/",
    ] {
        let message = "the server could not find the requested resource";
        let answer = scene.get(ADMIN, path).await;
        answer.assert_failed(404, "NotFound", message);
    }
}

#[tokio::test]
async fn the_wrong_method_is_not_allowed() {
    let scene = Scene::new();
    for (method, path) in [
        (Method::POST, "/api"),
        (Method::DELETE, "/version"),
        (Method::POST, "/api/v1/namespaces"),
        (Method::POST, "/api/v1/namespaces/default/pods"),
        (Method::DELETE, "/api/v1/namespaces/default/pods/hello"),
        (
            Method::GET,
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        ),
    ] {
        let message = "the server does not allow this method on the requested resource";
        let answer = scene.answer(request(method, ADMIN, path)).await;
        answer.assert_failed(405, "MethodNotAllowed", message);
    }
}

#[tokio::test]
async fn selectors_narrow_a_list() {
    let scene = Scene::new();
    scene.objects.apply_pod("default", "waiting", "Pending");
    for (selector, names) in [
        ("fieldSelector=metadata.name%3Dhello", vec!["hello"]),
        ("fieldSelector=metadata.name==hello", vec!["hello"]),
        (
            "fieldSelector=metadata.name!=hello",
            vec!["waiting", COREDNS],
        ),
        (
            "fieldSelector=metadata.namespace=kube-system",
            vec![COREDNS],
        ),
        ("fieldSelector=status.phase=Pending", vec!["waiting"]),
        ("fieldSelector=spec.nodeName=", vec!["waiting"]),
        (
            "fieldSelector=status.phase=Running,metadata.namespace=default",
            vec!["hello"],
        ),
        ("labelSelector=app=hello", vec!["hello"]),
        ("labelSelector=app%20%3D%20hello", vec!["hello"]),
        ("labelSelector=app!=hello", vec!["waiting", COREDNS]),
        (
            "labelSelector=app,tier!=web",
            vec!["hello", "waiting", COREDNS],
        ),
        ("labelSelector=!app", vec![]),
        ("labelSelector=tier", vec![]),
        (
            "labelSelector=&fieldSelector=",
            vec!["hello", "waiting", COREDNS],
        ),
        ("limit=1", vec!["hello", "waiting", COREDNS]),
    ] {
        let answer = scene.get(ADMIN, &format!("/api/v1/pods?{selector}")).await;
        assert_eq!(answer.names(), names, "{selector}");
    }
}

#[tokio::test]
async fn selectors_that_are_not_supported_are_said_so() {
    let scene = Scene::new();
    for selector in [
        "labelSelector=app%20in%20(a,b)",
        "labelSelector=app%20notin%20(a)",
        "labelSelector=size%3E3",
        "labelSelector=app,",
        "fieldSelector=metadata.name",
        "fieldSelector=metadata.uid=1",
        "fieldSelector=metadata.name=a%5C,b",
    ] {
        for path in ["/api/v1/pods", "/api/v1/namespaces"] {
            for watch in ["true", "false"] {
                let path = format!("{path}?watch={watch}&{selector}");
                let answer = scene.get(ADMIN, &path).await;
                let status = answer.json();
                assert_eq!(answer.status, 400, "{selector}");
                assert_eq!(status["reason"], "BadRequest");
                let message = status["message"].as_str().unwrap();
                assert!(message.contains("not supported"), "{message}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_query_is_told() {
    let scene = Scene::new();
    for (query, code) in [
        ("resourceVersion=x", 400),
        ("resourceVersion=-1", 400),
        ("resourceVersion=999", 504),
        ("resourceVersion=2&resourceVersionMatch=Exact", 410),
        ("watch=true&timeoutSeconds=soon", 400),
        ("watch=true&resourceVersion=999", 504),
        ("watch=true&sendInitialEvents=true", 422),
        (
            "sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
            422,
        ),
        ("includeObject=Some", 400),
        ("continue=abc", 400),
        ("watch=true&watch=false", 400),
    ] {
        let answer = scene.get(ADMIN, &format!("/api/v1/pods?{query}")).await;
        assert_eq!(answer.status, code, "{query}: {}", answer.text);
        assert_eq!(answer.json()["kind"], "Status");
    }
    for query in ["resourceVersion=0", "resourceVersion=2", "unknown=1"] {
        let answer = scene.get(ADMIN, &format!("/api/v1/pods?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
    }
}

#[tokio::test]
async fn resource_versions_grow_with_each_change_and_only_then() {
    let scene = Scene::new();
    let version = async || {
        let list = scene.get(ADMIN, "/api/v1/pods").await.ok();
        let version = list["metadata"]["resourceVersion"].as_str().unwrap();
        version.parse::<u64>().unwrap()
    };
    let start = version().await;
    scene.objects.apply_pod("default", "hello", "Running");
    scene.objects.apply_namespace("default");
    assert!(!scene.objects.delete_pod("default", "no-such-pod"));
    assert_eq!(version().await, start);

    scene.objects.apply_pod("default", "hello", "Failed");
    assert_eq!(version().await, start + 1);
    let pod = scene
        .get(ADMIN, "/api/v1/namespaces/default/pods/hello")
        .await
        .ok();
    assert_eq!(pod["metadata"]["resourceVersion"], (start + 1).to_string());
    assert!(scene.objects.delete_pod("default", "hello"));
    assert_eq!(version().await, start + 2);
    scene.objects.apply_pod("new", "pod", "Running");
    assert_eq!(version().await, start + 4, "the namespace was made too");
}

#[tokio::test]
async fn objects_come_in_the_representation_that_is_asked_for() {
    const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    const POD: &str = "/api/v1/namespaces/default/pods/hello";
    let scene = Scene::new();
    let kind = async |accept: &str, path: &str| {
        let answer = scene.get_as(accept, path).await;
        answer.ok()["kind"].as_str().unwrap().to_owned()
    };
    for accept in [
        "application/json",
        "*/*",
        "application/*",
        "text/html, */*;q=0.1",
        "application/vnd.kubernetes.protobuf,application/json",
        "application/json;as=Table;v=v2;g=meta.k8s.io,application/json",
        "application/json;as=Table;v=v1;g=meta.k8s.io;q=0.5,application/json",
    ] {
        assert_eq!(kind(accept, POD).await, "Pod", "{accept}");
    }
    assert_eq!(kind(METADATA, POD).await, "PartialObjectMetadata");
    let list = METADATA.replace("Metadata;", "MetadataList;");
    let list = kind(&list, "/api/v1/pods").await;
    assert_eq!(list, "PartialObjectMetadataList");
    for accept in [
        "application/vnd.kubernetes.protobuf",
        "text/html",
        "application/json;q=0",
        "application/json;as=Table;v=v2;g=meta.k8s.io",
    ] {
        let message = "only the following media types are accepted: application/json";
        let answer = scene.get_as(accept, POD).await;
        answer.assert_failed(406, "NotAcceptable", message);
    }
}
