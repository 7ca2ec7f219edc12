//! The file that says which backends are asked.

use std::fs;
use std::time::Duration;

use eksauth_server::map::BackendMode;

use crate::scene::{DYNAMIC, FILE, NOW, Scene, asking, asking_at, dynamic, yaml};

const FAILURES: &str = "eksauth_backend_mode_file_failures_total";
const FAILING: &str = "eksauth_backend_mode_file_failing";

/// Deploy is `file` in one backend and `dynamic` in the other.
fn both(order: &[BackendMode]) -> Scene {
    let scene = Scene::new(order);
    scene.put(scene.config(), &yaml(&[("Deploy", "file")]));
    scene.put(scene.dynamic(), &dynamic(&[("Deploy", "dynamic")]));
    scene
}

async fn until_failures(scene: &Scene, count: f64) {
    let what = format!("failure {count} of the mode file");
    scene
        .until(&what, |scene| scene.metric(FAILURES) == Some(count))
        .await;
}

#[tokio::test]
async fn the_file_changes_which_backends_are_asked_and_its_end_brings_back_the_configured_ones() {
    let scene = both(&[FILE]);
    scene.run();
    scene.until_is("Deploy", "file").await;
    scene.put(scene.modes(), &asking("DynamicFile"));
    scene.until_is("Deploy", "dynamic").await;
    assert_eq!(scene.map.order(), [DYNAMIC]);
    // What is not asked any more is not kept either.
    assert_eq!(scene.map.status().len(), 1);
    assert_eq!(scene.of(FILE, "entries"), None);
    assert_eq!(scene.of(FILE, "failing"), None);
    assert_eq!(
        scene.metric("aws_iam_authenticator_dynamic_file_only"),
        Some(1.0)
    );

    scene.put(scene.modes(), &asking("MountedFile DynamicFile"));
    scene.until_is("Deploy", "file").await;
    assert_eq!(scene.map.order(), [FILE, DYNAMIC]);

    fs::remove_file(scene.modes()).unwrap();
    scene
        .until("the configured order", |scene| scene.map.order() == [FILE])
        .await;
    assert_eq!(scene.metric(FAILURES), Some(0.0));
}

#[tokio::test]
async fn older_names_and_a_name_again_are_understood() {
    let scene = both(&[FILE]);
    scene.put(scene.modes(), &asking("DynamicFile File MountedFile"));
    scene.run();
    scene
        .until("the order", |scene| scene.map.order() == [DYNAMIC, FILE])
        .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_used_changes_nothing_and_is_counted() {
    let scene = both(&[FILE]);
    scene.put(scene.modes(), &asking("DynamicFile"));
    scene.run();
    scene.until_is("Deploy", "dynamic").await;
    let bad = [
        asking("MountedFile  DynamicFile"),
        asking("MountedFile,DynamicFile"),
        asking("mountedfile"),
        asking(""),
        "{}".to_owned(),
        "{\"backendMode\": [\"MountedFile\"]}".to_owned(),
        "{".to_owned(),
        String::new(),
        // Nobody has said where that one is.
        asking("MountedFile CRD"),
    ];
    for (number, text) in (1..).zip(bad) {
        scene.put(scene.modes(), &text);
        until_failures(&scene, f64::from(number)).await;
        assert_eq!(scene.metric(FAILING), Some(1.0));
        assert_eq!(scene.map.order(), [DYNAMIC], "{text}");
        assert_eq!(scene.username("Deploy").as_deref(), Ok("dynamic"));
    }
    assert!(
        scene
            .logs
            .text()
            .contains("the backend `CRD` is read with, but found none"),
        "{}",
        scene.logs.text()
    );

    scene.put(scene.modes(), &asking("MountedFile"));
    scene.until_is("Deploy", "file").await;
    assert_eq!(scene.metric(FAILING), Some(0.0));
}

#[tokio::test]
async fn the_old_order_stays_until_the_new_backends_have_told_what_they_hold() {
    let scene = both(&[FILE]);
    fs::remove_file(scene.dynamic()).unwrap();
    scene.run();
    scene.until_is("Deploy", "file").await;
    scene.put(scene.modes(), &asking("DynamicFile"));
    scene.until_failures(DYNAMIC, 1).await;
    assert_eq!(scene.map.order(), [FILE]);
    assert_eq!(scene.username("Deploy").as_deref(), Ok("file"));
    assert!(scene.map.is_ready());
    // And the old backends are still read.
    scene.put(scene.config(), &yaml(&[("Deploy", "still")]));
    scene.until_is("Deploy", "still").await;

    scene.put(scene.dynamic(), &dynamic(&[("Deploy", "dynamic")]));
    scene.until_is("Deploy", "dynamic").await;
    assert_eq!(scene.map.order(), [DYNAMIC]);
}

#[tokio::test]
async fn a_backend_that_comes_back_does_not_come_back_with_what_it_held() {
    let scene = both(&[FILE]);
    scene.run();
    scene.until_is("Deploy", "file").await;
    scene.put(scene.modes(), &asking("DynamicFile"));
    scene.until_is("Deploy", "dynamic").await;
    scene.put(scene.config(), &yaml(&[("Deploy", "newer")]));
    scene.put(scene.modes(), &asking("MountedFile"));
    scene
        .until("the order", |scene| scene.map.order() == [FILE])
        .await;
    assert_eq!(scene.username("Deploy").as_deref(), Ok("newer"));
}

#[tokio::test]
async fn what_the_way_from_the_writer_took_is_observed_but_for_the_first_file() {
    const COUNT: &str =
        "aws_iam_authenticator_dynamic_e2e_latency_seconds_count{type=\"dynamic_backend_mode\"}";
    const SUM: &str =
        "aws_iam_authenticator_dynamic_e2e_latency_seconds_sum{type=\"dynamic_backend_mode\"}";
    let scene = both(&[FILE]);
    scene.put(scene.modes(), &asking_at(NOW - 1_000, "DynamicFile"));
    scene.run();
    scene.until_is("Deploy", "dynamic").await;
    assert_eq!(scene.metric(COUNT), None);
    scene.clock.advance(Duration::from_secs(7));
    scene.put(scene.modes(), &asking_at(NOW, "MountedFile"));
    scene
        .until("an observation", |scene| scene.metric(COUNT) == Some(1.0))
        .await;
    assert_eq!(scene.metric(SUM), Some(7.0));
    assert_eq!(scene.map.order(), [FILE]);
}
