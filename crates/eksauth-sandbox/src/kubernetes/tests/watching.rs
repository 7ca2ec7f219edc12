//! Watches in process: the test reads when it likes, so that it is as slow as it likes.

use std::time::Duration;

use serde_json::json;

use super::super::objects::KEPT;
use super::scene::{ADMIN, Scene};

const WATCH: &str = "/api/v1/namespaces/default/pods?watch=true";

fn event(kind: &str, name: &str) -> (String, String) {
    (kind.to_owned(), name.to_owned())
}

async fn current_version(scene: &Scene) -> String {
    let list = scene.get(ADMIN, "/api/v1/pods").await.ok();
    list["metadata"]["resourceVersion"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_watch_tells_what_there_is_and_then_what_happens() {
    let scene = Scene::new();
    let mut events = scene.watch(WATCH).await;
    assert_eq!(events.next_name().await, event("ADDED", "hello"));
    let ((), next) = futures_util::future::join(
        async { scene.objects.apply_pod("default", "new", "Pending") },
        events.next_name(),
    )
    .await;
    assert_eq!(next, event("ADDED", "new"));
    scene.objects.apply_pod("elsewhere", "unseen", "Running");
    scene.objects.apply_pod("default", "new", "Running");
    assert_eq!(events.next_name().await, event("MODIFIED", "new"));
    assert!(scene.objects.delete_pod("default", "new"));
    let deletion = events.next().await.unwrap();
    assert_eq!(deletion["type"], "DELETED");
    assert_eq!(deletion["object"]["status"]["phase"], "Running");
    let version = json!(current_version(&scene).await);
    assert_eq!(deletion["object"]["metadata"]["resourceVersion"], version);
}

#[tokio::test]
async fn a_watch_goes_on_from_the_resource_version_it_names() {
    let scene = Scene::new();
    let version = current_version(&scene).await;
    scene.objects.apply_pod("default", "first", "Running");
    scene.objects.apply_pod("default", "second", "Running");
    let mut events = scene
        .watch(&format!("{WATCH}&resourceVersion={version}"))
        .await;
    assert_eq!(events.next_name().await, event("ADDED", "first"));
    assert_eq!(events.next_name().await, event("ADDED", "second"));
}

#[tokio::test]
async fn coming_into_a_selection_is_an_addition_and_leaving_it_a_deletion() {
    let scene = Scene::new();
    let version = current_version(&scene).await;
    let path = format!("{WATCH}&fieldSelector=status.phase=Running&resourceVersion={version}");
    let mut events = scene.watch(&path).await;
    scene.objects.apply_pod("default", "job", "Pending");
    scene.objects.apply_pod("default", "job", "Running");
    scene.objects.apply_pod("default", "job", "Succeeded");
    scene.objects.delete_pod("default", "job");
    scene.objects.apply_pod("default", "last", "Running");
    assert_eq!(events.next_name().await, event("ADDED", "job"));
    assert_eq!(events.next_name().await, event("DELETED", "job"));
    assert_eq!(events.next_name().await, event("ADDED", "last"));
}

#[tokio::test]
async fn the_end_of_the_initial_events_is_marked_for_those_who_ask() {
    let scene = Scene::new();
    let version = current_version(&scene).await;
    let initial = format!("{WATCH}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
    let mut events = scene
        .watch(&format!("{initial}&allowWatchBookmarks=true"))
        .await;
    assert_eq!(events.next_name().await, event("ADDED", "hello"));
    let bookmark = events.next().await.unwrap();
    assert_eq!(bookmark["type"], "BOOKMARK");
    assert_eq!(bookmark["object"]["kind"], "Pod");
    let metadata = &bookmark["object"]["metadata"];
    assert_eq!(metadata["resourceVersion"], version);
    assert_eq!(
        metadata["annotations"],
        json!({ "k8s.io/initial-events-end": "true" })
    );

    let mut unmarked = scene.watch(&initial).await;
    assert_eq!(unmarked.next_name().await, event("ADDED", "hello"));
    scene.objects.apply_pod("default", "new", "Running");
    assert_eq!(unmarked.next_name().await, event("ADDED", "new"));
}

#[tokio::test]
async fn a_reader_slower_than_the_history_is_told_to_list_again() {
    let scene = Scene::new();
    let mut events = scene.watch(WATCH).await;
    assert_eq!(events.next_name().await, event("ADDED", "hello"));
    for number in 0..=KEPT {
        let phase = if number % 2 == 0 {
            "Pending"
        } else {
            "Running"
        };
        scene.objects.apply_pod("default", "hello", phase);
    }
    let error = events.next().await.unwrap();
    assert_eq!(error["type"], "ERROR");
    assert_eq!(error["object"]["kind"], "Status");
    assert_eq!(error["object"]["code"], 410);
    assert_eq!(error["object"]["reason"], "Expired");
    let message = error["object"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("too old resource version: "),
        "{message}"
    );
    assert_eq!(events.next().await, None);

    let mut late = scene.watch(&format!("{WATCH}&resourceVersion=1")).await;
    assert_eq!(late.next().await.unwrap()["object"]["code"], 410);
    assert_eq!(late.next().await, None);
}

#[tokio::test]
async fn a_reader_as_slow_as_the_history_is_long_misses_nothing() {
    let scene = Scene::new();
    let version = current_version(&scene).await;
    let mut events = scene
        .watch(&format!("{WATCH}&resourceVersion={version}"))
        .await;
    for number in 0..KEPT {
        scene
            .objects
            .apply_pod("default", &format!("pod-{number}"), "Running");
    }
    for number in 0..KEPT {
        assert_eq!(
            events.next_name().await,
            event("ADDED", &format!("pod-{number}"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_when_its_time_is_over() {
    let scene = Scene::new();
    let mut events = scene.watch(&format!("{WATCH}&timeoutSeconds=300")).await;
    assert_eq!(events.next_name().await, event("ADDED", "hello"));
    let start = tokio::time::Instant::now();
    assert_eq!(events.next().await, None);
    assert_eq!(start.elapsed().as_secs(), 300);
    scene.wait_for_open_watches(0).await;
}

#[tokio::test]
async fn a_watch_ends_with_its_response_body() {
    let scene = Scene::new();
    let pods = scene.watch(WATCH).await;
    let namespaces = scene.watch("/api/v1/namespaces?watch=1").await;
    assert_eq!(*scene.objects.open_watches().borrow(), 2);
    drop(pods);
    assert_eq!(*scene.objects.open_watches().borrow(), 1);
    drop(namespaces);
    assert_eq!(*scene.objects.open_watches().borrow(), 0);
}

#[tokio::test]
async fn a_watch_ends_when_the_server_stops() {
    let scene = Scene::new();
    let version = current_version(&scene).await;
    let path = format!("{WATCH}&resourceVersion={version}");
    let mut events = scene.watch(&path).await;
    let ((), end) =
        futures_util::future::join(async { scene.objects.end_watches() }, events.next()).await;
    assert_eq!(end, None);
    assert_eq!(
        *scene.objects.open_watches().borrow(),
        0,
        "though the body is still held"
    );
    assert_eq!(scene.watch(&path).await.next().await, None);
}

#[tokio::test]
async fn a_watch_that_is_idle_wakes_for_each_change() {
    let scene = Scene::new();
    let version = current_version(&scene).await;
    let mut events = scene
        .watch(&format!("{WATCH}&resourceVersion={version}"))
        .await;
    let reader = tokio::spawn(async move { events.next_name().await });
    // Lets the reader come to rest; whether it has, the outcome is the same.
    tokio::task::yield_now().await;
    scene.objects.apply_pod("default", "new", "Running");
    let woken = tokio::time::timeout(Duration::from_secs(60), reader).await;
    assert_eq!(woken.expect("an event").unwrap(), event("ADDED", "new"));
}
