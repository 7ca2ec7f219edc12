//! What kubectl prints.

use std::time::Duration;

use serde_json::{Value, json};

use super::scene::{AS_TABLE, Scene};

fn cells(table: &Value) -> Vec<Value> {
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| row["cells"].clone()).collect()
}

fn columns(table: &Value, priority: u8) -> Vec<&str> {
    let columns = table["columnDefinitions"].as_array().unwrap().iter();
    let columns = columns.filter(|it| it["priority"] == priority);
    columns.map(|it| it["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pods_have_kubectls_columns() {
    let scene = Scene::new();
    scene.time.advance(Duration::from_secs(90));
    scene.objects.apply_pod("default", "idle", "Pending");
    scene.objects.apply_pod("default", "job", "Succeeded");
    scene.time.advance(Duration::from_secs(30));
    let table = scene
        .get_as(AS_TABLE, "/api/v1/namespaces/default/pods")
        .await
        .ok();
    assert_eq!(table["kind"], "Table");
    assert_eq!(table["apiVersion"], "meta.k8s.io/v1");
    assert!(table["metadata"]["resourceVersion"].is_string());
    let usual = ["Name", "Ready", "Status", "Restarts", "Age"];
    assert_eq!(columns(&table, 0), usual);
    assert_eq!(columns(&table, 1), ["IP", "Node"]);
    assert_eq!(
        cells(&table),
        [
            json!(["hello", "1/1", "Running", "0", "2m", "<none>", "sandbox"]),
            json!(["idle", "0/1", "Pending", "0", "30s", "<none>", "<none>"]),
            json!(["job", "0/1", "Completed", "0", "30s", "<none>", "sandbox"]),
        ]
    );
}

#[tokio::test]
async fn namespaces_have_kubectls_columns() {
    let scene = Scene::new();
    let table = scene
        .get_as(AS_TABLE, "/api/v1/namespaces/default")
        .await
        .ok();
    assert_eq!(columns(&table, 0), ["Name", "Status", "Age"]);
    assert_eq!(cells(&table), [json!(["default", "Active", "0s"])]);
}

#[tokio::test]
async fn a_row_carries_as_much_of_its_object_as_was_asked_for() {
    const PODS: &str = "/api/v1/namespaces/default/pods";
    let scene = Scene::new();
    for (query, kind) in [
        ("", json!("PartialObjectMetadata")),
        ("?includeObject=Metadata", json!("PartialObjectMetadata")),
        ("?includeObject=Object", json!("Pod")),
        ("?includeObject=None", Value::Null),
    ] {
        let table = scene.get_as(AS_TABLE, &format!("{PODS}{query}")).await.ok();
        let object = &table["rows"][0]["object"];
        assert_eq!(object["kind"], kind, "{query}");
        assert_eq!(object["metadata"]["name"].is_null(), kind.is_null());
        assert_eq!(object["status"].is_null(), kind != "Pod");
    }
}

#[tokio::test]
async fn a_watch_tells_the_columns_once_and_each_object_as_a_row() {
    let scene = Scene::new();
    let mut events = scene
        .watch_as(AS_TABLE, "/api/v1/namespaces/default/pods?watch=true")
        .await;
    let first = events.next().await.unwrap();
    assert_eq!(first["type"], "ADDED");
    assert_eq!(columns(&first["object"], 0).len(), 5);
    scene.time.advance(Duration::from_secs(10));
    scene.objects.apply_pod("default", "hello", "Failed");
    let second = events.next().await.unwrap();
    assert_eq!(second["type"], "MODIFIED");
    assert_eq!(second["object"]["columnDefinitions"], json!([]));
    let row = json!(["hello", "0/1", "Error", "0", "10s", "<none>", "sandbox"]);
    assert_eq!(cells(&second["object"]), [row]);
}
