//! `aws-auth` while all is well.

use std::slice;

use crate::objects::{AUDIT, DEPLOY, aws_auth, role, user};
use crate::scene::Scene;

#[tokio::test(start_paused = true)]
async fn only_the_one_config_map_is_asked_for() {
    let mut scene = Scene::aws_auth();
    let list = scene.api.list().await;
    assert_eq!(list.path(), "/api/v1/namespaces/kube-system/configmaps");
    assert!(list.has("fieldSelector=metadata.name%3Daws-auth"));
    list.items("1", &[]);
    let watch = scene.api.watch().await;
    assert_eq!(watch.path(), "/api/v1/namespaces/kube-system/configmaps");
    assert!(watch.has("fieldSelector=metadata.name%3Daws-auth"));
}

#[tokio::test(start_paused = true)]
async fn the_first_list_loads_the_mappings() {
    let mut scene = Scene::aws_auth();
    let config_map = aws_auth("5", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    scene.api.list().await.items("9", &[config_map]);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
    assert_eq!(snapshot.troubles, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_told_before_the_first_list() {
    let mut scene = Scene::aws_auth();
    let list = scene.api.list().await;
    assert!(scene.is_silent());
    list.items("1", &[]);
    scene.snapshot().await;
}

#[tokio::test(start_paused = true)]
async fn a_cluster_without_the_config_map_is_loaded_and_has_no_mappings() {
    let mut scene = Scene::aws_auth();
    scene.api.list().await.items("1", &[]);
    assert!(scene.snapshot().await.set.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_watch_begins_where_the_list_ended() {
    let mut scene = Scene::aws_auth();
    scene.api.list().await.items("17", &[]);
    let watch = scene.api.watch().await;
    assert!(watch.has("resourceVersion=17"));
    assert!(watch.has("allowWatchBookmarks=true"));
}

#[tokio::test(start_paused = true)]
async fn a_config_map_that_is_made_later_is_loaded() {
    let mut scene = Scene::aws_auth();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    let config_map = aws_auth("2", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    watch.event("ADDED", &config_map);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
}

#[tokio::test(start_paused = true)]
async fn a_change_replaces_the_mappings() {
    let mut scene = Scene::aws_auth();
    let before = aws_auth("1", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    scene.api.list().await.items("1", &[before]);
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    let after = aws_auth("2", &[("mapRoles", &role(AUDIT, "audit"))]);
    watch.event("MODIFIED", &after);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY), None);
    assert_eq!(user(&snapshot.set, AUDIT).as_deref(), Some("audit"));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_ends_all_mappings() {
    let mut scene = Scene::aws_auth();
    let config_map = aws_auth("1", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    scene
        .api
        .list()
        .await
        .items("1", slice::from_ref(&config_map));
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    watch.event("DELETED", &config_map);
    assert!(scene.snapshot().await.set.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_section_that_is_no_yaml_keeps_its_last_good_entries() {
    let mut scene = Scene::aws_auth();
    let good = aws_auth("1", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    scene.api.list().await.items("1", &[good]);
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    let users = "- userarn: arn:aws:iam::123456789012:user/Dev\n  username: dev\n";
    let slip = aws_auth("2", &[("mapRoles", "- rolearn: [\n"), ("mapUsers", users)]);
    watch.event("MODIFIED", &slip);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
    let dev = user(&snapshot.set, "arn:aws:iam::123456789012:user/Dev");
    assert_eq!(dev.as_deref(), Some("dev"));
    assert_eq!((snapshot.troubles.len(), snapshot.unusable), (1, 1));
    assert!(
        snapshot.troubles[0].starts_with("mapRoles"),
        "{:?}",
        snapshot.troubles
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_good_entries_stay_over_a_new_list() {
    let mut scene = Scene::aws_auth();
    let good = aws_auth("1", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    scene.api.list().await.items("1", &[good]);
    scene.snapshot().await;
    scene.api.watch().await.refuse(410, "Expired");
    scene.failure().await;
    let slip = aws_auth("2", &[("mapRoles", "- rolearn: [\n")]);
    scene.api.list().await.items("2", &[slip]);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_ends_the_last_good_entries_too() {
    let mut scene = Scene::aws_auth();
    let good = aws_auth("1", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    scene.api.list().await.items("1", slice::from_ref(&good));
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    watch.event("DELETED", &good);
    scene.snapshot().await;
    watch.event("ADDED", &aws_auth("3", &[("mapRoles", "- rolearn: [\n")]));
    assert!(scene.snapshot().await.set.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_cannot_be_used_takes_no_other_with_it() {
    let mut scene = Scene::aws_auth();
    let roles = format!("- rolearn: {AUDIT}\n{}", role(DEPLOY, "deploy"));
    let config_map = aws_auth("1", &[("mapRoles", &roles)]);
    scene.api.list().await.items("1", &[config_map]);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
    assert_eq!(user(&snapshot.set, AUDIT), None);
    assert!(
        snapshot.troubles[0].starts_with("mapRoles[0]"),
        "{:?}",
        snapshot.troubles
    );
}

#[tokio::test(start_paused = true)]
async fn another_config_map_is_nothing_to_it() {
    let mut scene = Scene::aws_auth();
    let mut other = aws_auth("1", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    other["metadata"]["name"] = "other".into();
    scene.api.list().await.items("1", &[other.clone()]);
    assert!(scene.snapshot().await.set.is_empty());
    let watch = scene.api.watch().await.open();
    watch.event("MODIFIED", &other);
    watch.event(
        "MODIFIED",
        &aws_auth("2", &[("mapRoles", &role(AUDIT, "audit"))]),
    );
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY), None);
    assert_eq!(user(&snapshot.set, AUDIT).as_deref(), Some("audit"));
}
