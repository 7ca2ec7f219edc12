//! What the API says that it has.

use serde_json::{Value, json};

use super::scene::{ADMIN, Scene};

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                          application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,\
                          application/json";

#[tokio::test]
async fn groups_and_versions_lead_to_every_resource() {
    let scene = Scene::new();
    let core = scene.get(ADMIN, "/api").await.ok();
    assert_eq!(
        (&core["kind"], &core["versions"]),
        (&json!("APIVersions"), &json!(["v1"]))
    );
    let pods = &scene.get(ADMIN, "/api/v1").await.ok()["resources"][1];
    assert_eq!(
        *pods,
        json!({
            "name": "pods",
            "singularName": "pod",
            "namespaced": true,
            "kind": "Pod",
            "verbs": ["get", "list", "watch"],
            "shortNames": ["po"],
            "categories": ["all"],
        })
    );
    let groups = scene.get(ADMIN, "/apis").await.ok();
    assert_eq!(groups["kind"], "APIGroupList");
    for group in groups["groups"].as_array().unwrap() {
        let name = group["name"].as_str().unwrap();
        let alone = scene.get(ADMIN, &format!("/apis/{name}")).await.ok();
        assert_eq!(alone["kind"], "APIGroup");
        assert_eq!(alone["versions"], group["versions"]);
        assert_eq!(alone["preferredVersion"], group["versions"][0]);
        for version in group["versions"].as_array().unwrap() {
            let group_version = version["groupVersion"].as_str().unwrap();
            let list = scene
                .get(ADMIN, &format!("/apis/{group_version}"))
                .await
                .ok();
            assert_eq!(list["kind"], "APIResourceList");
            assert_eq!(list["groupVersion"], group_version);
            assert_eq!(list["resources"][0]["verbs"], json!(["create"]));
        }
    }
}

#[tokio::test]
async fn discovery_is_aggregated_for_those_who_ask() {
    let scene = Scene::new();
    for (accept, version) in [
        (AGGREGATED, "v2"),
        (
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
            "v2beta1",
        ),
    ] {
        for (path, groups) in [
            ("/api", vec![Value::Null]),
            (
                "/apis",
                vec![
                    json!("authentication.k8s.io"),
                    json!("authorization.k8s.io"),
                ],
            ),
        ] {
            let answer = scene.get_as(accept, path).await;
            let media_type = format!(
                "application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
            );
            assert_eq!(answer.headers["content-type"], media_type);
            let list: Value = serde_json::from_str(&answer.text).unwrap();
            assert_eq!(list["apiVersion"], format!("apidiscovery.k8s.io/{version}"));
            let items = list["items"].as_array().unwrap().iter();
            let names: Vec<_> = items.map(|it| it["metadata"]["name"].clone()).collect();
            assert_eq!(names, groups);
        }
    }
    let core = scene.get_as(AGGREGATED, "/api").await.text;
    let core: Value = serde_json::from_str(&core).unwrap();
    let pods = &core["items"][0]["versions"][0]["resources"][1];
    assert_eq!(pods["resource"], "pods");
    assert_eq!(pods["scope"], "Namespaced");
    assert_eq!(
        pods["responseKind"],
        json!({ "group": "", "version": "v1", "kind": "Pod" })
    );
}

#[tokio::test]
async fn unknown_groups_and_versions_are_not_found() {
    let scene = Scene::new();
    for path in [
        "/api/v2",
        "/apis/apps",
        "/apis/apps/v1",
        "/apis/authorization.k8s.io/v2",
    ] {
        let answer = scene.get(ADMIN, path).await;
        let message = "the server could not find the requested resource";
        answer.assert_failed(404, "NotFound", message);
    }
}

#[tokio::test]
async fn the_schemas_are_empty_and_not_in_protobuf() {
    let scene = Scene::new();
    assert_eq!(
        scene.get(ADMIN, "/openapi/v3").await.ok()["paths"],
        json!({})
    );
    assert_eq!(scene.get(ADMIN, "/openapi/v2").await.ok()["swagger"], "2.0");
    let protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    assert_eq!(scene.get_as(protobuf, "/openapi/v2").await.status, 406);
}
