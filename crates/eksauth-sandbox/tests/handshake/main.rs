//! The whole handshake in one process: sign, present, verify, map. No oracle is needed for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod client;
mod scene;

use std::time::Duration;

use eksauth_sandbox::{Event, World};
use jiff::SignedDuration;

use scene::{Scene, VIEWER};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_a_role_is_the_user_that_the_role_is_mapped_to() {
    let scene = Scene::start().await;
    let mut events = scene.sandbox.events();
    let review = scene
        .whoami("demo", &scene.token_of_role(VIEWER, "demo"))
        .await;
    assert_eq!(review.status, 201, "{}", review.body);
    let user = &review.body["status"]["userInfo"];
    assert_eq!(user["username"], "viewer:session");
    assert_eq!(
        user["groups"],
        serde_json::json!(["sandbox:viewers", "system:authenticated"])
    );
    assert!(
        matches!(events.try_recv(), Ok(Event::Authenticated { username, .. }) if username == "viewer:session")
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_asks_sts_once_in_its_life() {
    let scene = Scene::start().await;
    let token = scene.token("demo");
    for _ in 0..5 {
        assert_eq!(scene.whoami("demo", &token).await.status, 201);
    }
    let counted = scene.sandbox.counters();
    assert_eq!(counted.requests["sts"]["GetCallerIdentity"], 1);
    assert_eq!(counted.authenticated, 5);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_fifteen_minutes_after_it_was_signed() {
    let scene = Scene::start().await;
    let token = scene.token("demo");
    scene.time.advance(Duration::from_secs(15 * 60));
    assert_eq!(scene.whoami("demo", &token).await.status, 201);
    scene.time.advance(Duration::from_secs(1));
    assert_eq!(scene.whoami("demo", &token).await.status, 401);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_of_seconds_ends_a_token_after_seconds() {
    let scene = Scene::with(|builder| builder.presigned_lifetime(Duration::from_secs(5))).await;
    let early = scene.token("demo");
    scene.time.advance(Duration::from_secs(5));
    assert_eq!(scene.whoami("demo", &early).await.status, 201);
    let late = scene.token("demo");
    scene.time.advance(Duration::from_secs(6));
    assert_eq!(scene.whoami("demo", &late).await.status, 401);
    assert_eq!(scene.sandbox.counters().refusals["RequestExpired"], 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_seen_by_tokens_that_were_verified_before() {
    let scene = Scene::start().await;
    let token = scene.token("demo");
    let (sandbox, id) = (&scene.sandbox, scene.sandbox.access_keys()[0].id());
    assert_eq!(scene.whoami("demo", &token).await.status, 201);
    let faults = sandbox.faults();
    faults.revoke(id);
    assert_eq!(scene.whoami("demo", &token).await.status, 401);
    faults.restore(id);
    assert_eq!(scene.whoami("demo", &token).await.status, 201);
    faults.set_outage(true);
    assert_eq!(scene.whoami("demo", &token).await.status, 401);
    faults.clear();
    assert_eq!(scene.whoami("demo", &token).await.status, 201);
    faults.set_clock_skew(SignedDuration::from_mins(16));
    assert_eq!(scene.whoami("demo", &token).await.status, 401);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_were_ended_are_nobodys() {
    let scene = Scene::start().await;
    let token = scene.token_of_role(VIEWER, "demo");
    assert_eq!(scene.whoami("demo", &token).await.status, 201);
    scene.sandbox.faults().expire_sessions();
    assert_eq!(scene.whoami("demo", &token).await.status, 401);
    assert_eq!(scene.sandbox.counters().refusals["ExpiredToken"], 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_one_cluster_is_worthless_to_another() {
    let world = "
users: [{name: robot}]
clusters:
- {name: a, access: {mapAccounts: ['111122223333']}}
- {name: b, access: {mapAccounts: ['111122223333']}}
- {name: c, id: 1111-2222, access: {mapAccounts: ['111122223333']}}
";
    let world = World::parse(world).unwrap();
    let scene = Scene::with(|builder| builder.world(world)).await;
    for (signed_for, asked, status) in [
        ("a", "a", 201),
        ("a", "b", 401),
        ("b", "a", 401),
        ("1111-2222", "c", 201),
        ("c", "c", 401),
    ] {
        let answer = scene.whoami(asked, &scene.token(signed_for)).await;
        assert_eq!(answer.status, status, "{signed_for} to {asked}");
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sandboxes_do_not_know_each_other() {
    let (one, other) = (Scene::start().await, Scene::start().await);
    let token = one.token("demo");
    assert_eq!(one.whoami("demo", &token).await.status, 201);
    assert_eq!(other.whoami("demo", &token).await.status, 401);
    one.end().await;
    other.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_is_dropped_leaves_nothing_behind() {
    let scene = Scene::start().await;
    let folder = scene.sandbox.folder().to_owned();
    let address = scene.sandbox.aws_address();
    drop(scene.sandbox);
    assert!(!folder.exists());
    // The listener goes with its task, which the runtime ends in its own time.
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}
