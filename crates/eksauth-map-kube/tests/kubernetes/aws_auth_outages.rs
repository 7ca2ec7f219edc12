//! `aws-auth` while the API server does not do what it should.

use std::time::Duration;

use eksauth_map_kube::{Update, WatchFailure};
use tokio::time::{Instant, timeout};

use crate::api_server::{Watch, status};
use crate::objects::{DEPLOY, aws_auth, role, user};
use crate::scene::Scene;

/// A watch of a cluster with one role, at version 1.
async fn watching(scene: &mut Scene) -> Watch {
    let config_map = aws_auth("1", &[("mapRoles", &role(DEPLOY, "deploy"))]);
    scene.api.list().await.items("1", &[config_map]);
    scene.snapshot().await;
    scene.api.watch().await.open()
}

#[tokio::test(start_paused = true)]
async fn a_deletion_during_a_gap_is_seen_in_the_next_list() {
    let mut scene = Scene::aws_auth();
    let watch = watching(&mut scene).await;
    watch.event("ERROR", &status(410, "Expired"));
    assert!(matches!(
        scene.failure().await,
        WatchFailure::Refused { code: 410, .. }
    ));
    scene.api.list().await.items("90", &[]);
    assert!(scene.snapshot().await.set.is_empty());
    assert!(scene.api.watch().await.has("resourceVersion=90"));
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_the_server_ends_goes_on_at_the_last_event() {
    let mut scene = Scene::aws_auth();
    let watch = watching(&mut scene).await;
    watch.event("MODIFIED", &aws_auth("8", &[]));
    scene.snapshot().await;
    tokio::time::sleep(Duration::from_secs(200)).await;
    drop(watch);
    let before = Instant::now();
    assert!(scene.api.watch().await.has("resourceVersion=8"));
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(scene.is_silent());
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_the_server_ends_goes_on_at_the_last_bookmark() {
    let mut scene = Scene::aws_auth();
    let watch = watching(&mut scene).await;
    watch.bookmark("33");
    tokio::time::sleep(Duration::from_secs(200)).await;
    drop(watch);
    assert!(scene.api.watch().await.has("resourceVersion=33"));
    assert!(scene.is_silent());
}

#[tokio::test(start_paused = true)]
async fn a_watch_whose_connection_breaks_goes_on_where_it_was() {
    let mut scene = Scene::aws_auth();
    let watch = watching(&mut scene).await;
    watch.break_off();
    let failure = scene.failure().await;
    assert!(matches!(failure, WatchFailure::Unreachable { .. }));
    assert!(failure.to_string().contains("cable pulled"), "{failure}");
    assert!(scene.api.watch().await.has("resourceVersion=1"));
}

#[tokio::test(start_paused = true)]
async fn that_a_watch_goes_on_after_a_failure_is_told_once() {
    let mut scene = Scene::aws_auth();
    let watch = watching(&mut scene).await;
    watch.break_off();
    scene.failure().await;
    let watch = scene.api.watch().await.open();
    let update = scene.update_or_resumption().await;
    assert!(matches!(update, Update::Resumed), "{update:?}");
    tokio::time::sleep(Duration::from_secs(200)).await;
    drop(watch);
    let _watch = scene.api.watch().await.open();
    assert!(scene.is_silent());
}

#[tokio::test(start_paused = true)]
async fn the_mappings_stay_during_an_outage() {
    let mut scene = Scene::aws_auth();
    drop(watching(&mut scene).await);
    scene.failure().await;
    for _ in 0..20 {
        scene.api.next().await.refuse(500, "InternalError");
        let failure = scene.failure().await;
        assert!(matches!(failure, WatchFailure::Refused { code: 500, .. }));
    }
    assert!(scene.is_silent());
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_the_list_is_taken_anew() {
    let mut scene = Scene::aws_auth();
    drop(watching(&mut scene).await);
    scene.failure().await;
    scene.api.watch().await.refuse(500, "InternalError");
    scene.failure().await;
    let config_map = aws_auth("60", &[("mapRoles", &role(DEPLOY, "somebody-else"))]);
    scene.api.list().await.items("60", &[config_map]);
    let snapshot = scene.snapshot().await;
    assert_eq!(
        user(&snapshot.set, DEPLOY).as_deref(),
        Some("somebody-else")
    );
}

#[tokio::test(start_paused = true)]
async fn waits_grow_to_half_a_minute_and_differ() {
    let mut scene = Scene::aws_auth();
    let mut waits = Vec::new();
    for _ in 0..12 {
        let before = Instant::now();
        drop(scene.api.list().await);
        waits.push(before.elapsed());
        scene.failure().await;
    }
    assert_eq!(waits[0], Duration::ZERO);
    for (wait, least) in waits[1..].iter().zip([0.8, 1.6, 3.2, 6.4, 12.8, 25.6]) {
        assert!(wait.as_secs_f64() >= least, "{waits:?}");
    }
    for wait in &waits[7..] {
        assert!((30.0..=60.1).contains(&wait.as_secs_f64()), "{waits:?}");
    }
    assert!(waits[8..].iter().any(|wait| *wait != waits[7]), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn waits_begin_anew_when_the_watch_works_again() {
    let mut scene = Scene::aws_auth();
    for _ in 0..8 {
        drop(scene.api.list().await);
        scene.failure().await;
    }
    let watch = watching(&mut scene).await;
    watch.bookmark("2");
    tokio::time::sleep(Duration::from_secs(5)).await;
    watch.break_off();
    scene.failure().await;
    let before = Instant::now();
    scene.api.watch().await;
    assert!(before.elapsed() < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_closed_at_once_is_not_opened_again_without_a_pause() {
    let mut scene = Scene::aws_auth();
    drop(watching(&mut scene).await);
    let begin = Instant::now();
    for _ in 0..5 {
        assert_eq!(scene.failure().await, WatchFailure::ClosedAtOnce);
        drop(scene.api.watch().await.open());
    }
    assert!(begin.elapsed() > Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_may_not_be_opened_still_follows_by_lists() {
    let mut scene = Scene::aws_auth();
    for version in ["1", "2", "3"] {
        scene.api.list().await.items(version, &[]);
        scene.snapshot().await;
        scene.api.watch().await.refuse(403, "Forbidden");
        assert!(matches!(
            scene.failure().await,
            WatchFailure::Refused { code: 403, .. }
        ));
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_without_an_answer_is_given_up() {
    let mut scene = Scene::aws_auth();
    let hanging = scene.api.list().await;
    let before = Instant::now();
    assert_eq!(scene.failure().await, WatchFailure::NoAnswer);
    assert_eq!(before.elapsed(), Duration::from_secs(30));
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    drop(hanging);
}

#[tokio::test(start_paused = true)]
async fn a_watch_without_an_answer_is_given_up() {
    let mut scene = Scene::aws_auth();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    let hanging = scene.api.watch().await;
    assert_eq!(scene.failure().await, WatchFailure::NoAnswer);
    assert!(scene.api.watch().await.has("resourceVersion=1"));
    drop(hanging);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_nothing_is_heard_of_is_given_up() {
    let mut scene = Scene::aws_auth();
    let silent = watching(&mut scene).await;
    assert_eq!(scene.failure().await, WatchFailure::Silent);
    assert!(scene.api.watch().await.has("resourceVersion=1"));
    assert!(!silent.is_heard());
}

#[tokio::test(start_paused = true)]
async fn the_server_is_asked_to_end_watches_before_they_are_given_up() {
    let mut scene = Scene::aws_auth();
    scene.api.list().await.items("1", &[]);
    assert!(scene.api.watch().await.has("timeoutSeconds=290"));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_not_understood_is_followed_by_a_new_list() {
    let mut scene = Scene::aws_auth();
    let watch = watching(&mut scene).await;
    watch.line(r#"{"type":"MODIFIED","object":{"metadata":"none"}}"#);
    let failure = scene.failure().await;
    assert!(
        matches!(failure, WatchFailure::NotUnderstood { .. }),
        "{failure}"
    );
    scene.api.list().await.items("2", &[]);
    assert!(scene.snapshot().await.set.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_object_without_a_version_is_followed_by_a_new_list() {
    let mut scene = Scene::aws_auth();
    let watch = watching(&mut scene).await;
    watch.event("MODIFIED", &aws_auth("", &[]));
    assert_eq!(scene.failure().await, WatchFailure::NoVersion);
    scene.api.list().await.items("2", &[]);
    scene.snapshot().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_list_is_a_failure() {
    let mut scene = Scene::aws_auth();
    scene
        .api
        .list()
        .await
        .text(200, "<html>\u{1b}[31m".to_owned());
    let failure = scene.failure().await;
    assert!(
        matches!(failure, WatchFailure::NotUnderstood { .. }),
        "{failure}"
    );
    assert!(!failure.to_string().contains('\u{1b}'));
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_refused_is_tried_again() {
    let mut scene = Scene::aws_auth();
    scene.api.list().await.refuse(403, "Forbidden");
    let failure = scene.failure().await;
    assert_eq!(
        failure.to_string(),
        "expected a list or a watch, but the API server answers 403: the server says Forbidden"
    );
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
}

#[tokio::test(start_paused = true)]
async fn a_working_watch_is_left_alone() {
    let mut scene = Scene::aws_auth();
    let watch = watching(&mut scene).await;
    for version in 2..100 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        watch.bookmark(&version.to_string());
    }
    assert!(!scene.api.was_asked());
    assert!(scene.is_silent());
    let nothing = timeout(Duration::from_secs(200), scene.api.next()).await;
    assert!(nothing.is_err());
}
