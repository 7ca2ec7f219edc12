//! `IAMIdentityMapping` objects.

use std::slice;

use eksauth_map::{BackendMode, IdentityMap, List, Place, Principal, ReservedPrefixes};
use eksauth_map_kube::Snapshot;
use serde_json::{Value, json};

use crate::objects::{AUDIT, DEPLOY, mapping, object, user, with_status};
use crate::scene::Scene;

/// The first snapshot of a cluster with these objects.
async fn snapshot_of(objects: &[Value]) -> Snapshot {
    let mut scene = Scene::identity_mappings();
    scene.api.list().await.items("1", objects);
    scene.snapshot().await
}

#[tokio::test(start_paused = true)]
async fn all_objects_of_the_cluster_are_asked_for() {
    let mut scene = Scene::identity_mappings();
    let list = scene.api.list().await;
    assert_eq!(
        list.path(),
        "/apis/iamauthenticator.k8s.aws/v1alpha1/iamidentitymappings"
    );
}

#[tokio::test(start_paused = true)]
async fn a_mapping_counts_before_anybody_has_written_its_status() {
    let snapshot = snapshot_of(&[mapping("deploy", 0, DEPLOY, "deploy")]).await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
    assert_eq!(snapshot.troubles, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_status_that_is_behind_lets_nobody_in() {
    let changed = with_status(
        mapping("deploy", 0, DEPLOY, "deploy"),
        &AUDIT.to_lowercase(),
    );
    let snapshot = snapshot_of(&[changed]).await;
    assert_eq!(user(&snapshot.set, AUDIT), None);
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
}

#[tokio::test(start_paused = true)]
async fn an_arn_that_became_invalid_maps_nobody_whatever_the_status_says() {
    let broken = with_status(mapping("broken", 0, "nonsense", "deploy"), DEPLOY);
    let snapshot = snapshot_of(&[broken]).await;
    assert_eq!(user(&snapshot.set, DEPLOY), None);
}

#[tokio::test(start_paused = true)]
async fn the_session_of_a_role_stands_for_the_role_and_case_does_not_matter() {
    let session = "ARN:aws:sts::123456789012:Assumed-Role/DEPLOY/dev";
    let snapshot = snapshot_of(&[mapping("deploy", 0, session, "deploy")]).await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
}

#[tokio::test(start_paused = true)]
async fn an_object_with_an_invalid_arn_is_left_out_and_told_by_its_name() {
    let snapshot = snapshot_of(&[
        mapping("broken", 0, "arn:aws:s3:::bucket", "bucket"),
        mapping("deploy", 0, DEPLOY, "deploy"),
    ])
    .await;
    assert_eq!(snapshot.set.len(), 1);
    assert_eq!(snapshot.troubles.len(), 1);
    assert!(
        snapshot.troubles[0].starts_with("IAMIdentityMapping `broken`: "),
        "{:?}",
        snapshot.troubles
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_without_a_user_name_is_left_out_and_told_by_its_name() {
    let snapshot = snapshot_of(&[mapping("nobody", 0, DEPLOY, "")]).await;
    assert!(snapshot.set.is_empty());
    assert!(
        snapshot.troubles[0].starts_with("IAMIdentityMapping `nobody`: "),
        "{:?}",
        snapshot.troubles
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_that_cannot_be_read_hides_no_other() {
    let snapshot = snapshot_of(&[
        object("odd", 0, &json!({ "arn": 12, "username": "odd" })),
        mapping("deploy", 0, DEPLOY, "deploy"),
    ])
    .await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
    assert!(
        snapshot.troubles[0].starts_with("IAMIdentityMapping `odd`: "),
        "{:?}",
        snapshot.troubles
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_without_groups_has_none() {
    let spec = json!({ "arn": DEPLOY, "username": "deploy" });
    let snapshot = snapshot_of(&[object("deploy", 0, &spec)]).await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("deploy"));
}

#[tokio::test(start_paused = true)]
async fn of_several_objects_about_one_principal_the_oldest_counts() {
    let session = DEPLOY
        .replace(":iam:", ":sts:")
        .replace(":role/", ":assumed-role/")
        + "/dev";
    let snapshot = snapshot_of(&[
        mapping("a", 30, DEPLOY, "young"),
        mapping(
            "b",
            10,
            &DEPLOY.to_uppercase().replace("ARN:AWS", "arn:aws"),
            "old",
        ),
        mapping("c", 20, &session, "between"),
    ])
    .await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("old"));
    assert_eq!(
        snapshot.troubles,
        [("a", "c"), ("c", "b")].map(|(name, older)| format!(
            "IAMIdentityMapping `{name}`: this does not count, because IAMIdentityMapping `{older}` \
             is about the same principal and older, or made in the same second and first by name"
        ))
    );
}

#[tokio::test(start_paused = true)]
async fn of_objects_made_in_the_same_second_the_first_by_name_counts() {
    let snapshot = snapshot_of(&[
        mapping("b", 10, DEPLOY, "second"),
        mapping("a", 10, DEPLOY, "first"),
    ])
    .await;
    assert_eq!(user(&snapshot.set, DEPLOY).as_deref(), Some("first"));
}

#[tokio::test(start_paused = true)]
async fn a_decision_can_be_told_by_the_name_of_the_object() {
    let snapshot = snapshot_of(&[
        mapping("deploy", 0, DEPLOY, "deploy"),
        mapping("audit", 5, AUDIT, "audit"),
        object("odd", 3, &json!({})),
    ])
    .await;
    let map = IdentityMap::new(
        vec![(BackendMode::Crd, snapshot.set.clone().into())],
        ReservedPrefixes::default(),
    );
    for (arn, name) in [(DEPLOY, "deploy"), (AUDIT, "audit")] {
        let principal = Principal::from_arn(arn).unwrap();
        let place = map.decide(&principal).unwrap().place();
        assert_eq!(snapshot.object_name(place), Some(name));
    }
    let elsewhere = Place {
        list: List::Roles,
        index: 0,
        line: None,
    };
    assert_eq!(snapshot.object_name(elsewhere), None);
}

#[tokio::test(start_paused = true)]
async fn changes_and_deletions_count() {
    let mut scene = Scene::identity_mappings();
    let deploy = mapping("deploy", 0, DEPLOY, "deploy");
    scene.api.list().await.items("1", slice::from_ref(&deploy));
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    watch.event("ADDED", &mapping("audit", 0, AUDIT, "audit"));
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, AUDIT).as_deref(), Some("audit"));
    watch.event("MODIFIED", &mapping("audit", 0, AUDIT, "auditor"));
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, AUDIT).as_deref(), Some("auditor"));
    watch.event("DELETED", &deploy);
    let snapshot = scene.snapshot().await;
    assert_eq!(user(&snapshot.set, DEPLOY), None);
    assert_eq!(snapshot.set.len(), 1);
}
