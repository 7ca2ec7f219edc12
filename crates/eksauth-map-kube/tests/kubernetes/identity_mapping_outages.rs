//! `IAMIdentityMapping` objects while the API server does not do what it should.

use std::time::Duration;

use eksauth_map_kube::{Update, WatchFailure};
use tokio::time::sleep;

use crate::objects::{AUDIT, DEPLOY, mapping, user};
use crate::scene::Scene;

#[tokio::test(start_paused = true)]
async fn an_object_that_was_deleted_during_a_gap_is_gone_after_the_next_list() {
    let mut scene = Scene::identity_mappings();
    let deploy = mapping("deploy", 0, DEPLOY, "deploy");
    scene.api.list().await.items("1", &[deploy]);
    scene.snapshot().await;
    scene.api.watch().await.refuse(410, "Expired");
    scene.failure().await;
    let audit = mapping("audit", 0, AUDIT, "audit");
    scene.api.list().await.items("2", &[audit]);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY), None);
    assert_eq!(user(&snapshot.set, AUDIT).as_deref(), Some("audit"));
}

#[tokio::test(start_paused = true)]
async fn what_changed_just_before_a_failure_is_told_before_it() {
    let mut scene = Scene::identity_mappings();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    // The next snapshot is not due yet.
    let watch = scene.api.watch().await.open();
    watch.event("ADDED", &mapping("audit", 0, AUDIT, "audit"));
    drop(watch);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, AUDIT).as_deref(), Some("audit"));
    scene.failure().await;
    let _watch = scene.api.watch().await.open();
    let update = scene.update_or_resumption().await;
    assert!(matches!(update, Update::Resumed), "{update:?}");
    sleep(Duration::from_secs(1)).await;
    assert!(scene.is_silent());
}

#[tokio::test(start_paused = true)]
async fn a_cluster_without_the_kind_is_a_failure_until_it_has_it() {
    let mut scene = Scene::identity_mappings();
    scene
        .api
        .list()
        .await
        .text(404, "404 page not found\n".to_owned());
    scene.failure().await;
    scene.api.list().await.items("1", &[]);
    assert!(scene.snapshot().await.set.is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_refusal_changes_a_mapping() {
    let mut scene = Scene::identity_mappings();
    let deploy = mapping("deploy", 0, DEPLOY, "deploy");
    scene.api.list().await.items("1", &[deploy]);
    scene.snapshot().await;
    scene.api.watch().await.refuse(410, "Expired");
    scene.failure().await;
    for expected in [401, 403, 404, 410, 429, 500, 503] {
        scene.api.list().await.refuse(expected, "Refused");
        let failure = scene.failure().await;
        assert!(
            matches!(failure, WatchFailure::Refused { code, .. } if code == expected),
            "{failure}"
        );
    }
    let audit = mapping("audit", 0, AUDIT, "audit");
    scene.api.list().await.items("2", &[audit]);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY), None);
    assert_eq!(user(&snapshot.set, AUDIT).as_deref(), Some("audit"));
}

#[tokio::test(start_paused = true)]
async fn objects_that_are_deleted_with_their_kind_map_nobody() {
    let mut scene = Scene::identity_mappings();
    let deploy = mapping("deploy", 0, DEPLOY, "deploy");
    scene
        .api
        .list()
        .await
        .items("1", std::slice::from_ref(&deploy));
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    sleep(Duration::from_secs(2)).await;
    watch.event("DELETED", &deploy);
    drop(watch);
    assert!(scene.snapshot().await.set.is_empty());
    scene
        .api
        .watch()
        .await
        .text(404, "404 page not found\n".to_owned());
    scene.failure().await;
    scene
        .api
        .list()
        .await
        .text(404, "404 page not found\n".to_owned());
    scene.failure().await;
    assert!(scene.is_silent());
}
