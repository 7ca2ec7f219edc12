//! The sandbox with etcd and kube-apiserver, as kubectl sees it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[cfg(target_os = "linux")]
mod ending;
mod failing;
mod scene;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::{Event, RealControlPlane, Sandbox, TokenReviewVersion};
use serde_json::json;

use scene::{ADMIN, DEVELOPER, Scene, UNMAPPED, VIEWER, control_planes, programs_or_skip, sign};

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_is_told_whom_the_webhook_named_in_v1() {
    kubectl_is_told_whom_the_webhook_named(
        "kubectl_is_told_whom_the_webhook_named_in_v1",
        TokenReviewVersion::V1,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_is_told_whom_the_webhook_named_in_v1beta1() {
    kubectl_is_told_whom_the_webhook_named(
        "kubectl_is_told_whom_the_webhook_named_in_v1beta1",
        TokenReviewVersion::V1Beta1,
    )
    .await;
}

async fn kubectl_is_told_whom_the_webhook_named(test: &str, version: TokenReviewVersion) {
    let Some(scene) = Scene::or_skip(test, |it| it.token_review_version(version)).await else {
        return;
    };
    let mut events = scene.sandbox.events();
    let review = scene
        .kubectl(&scene.token(DEVELOPER), "auth whoami -o json")
        .json();
    let user = &review["status"]["userInfo"];
    assert_eq!(user["username"], "developer:session");
    assert_eq!(
        user["groups"],
        json!(["sandbox:developers", "system:authenticated"])
    );
    let uid = user["uid"].as_str().unwrap();
    assert!(
        uid.starts_with("aws-iam-authenticator:111122223333:AROA"),
        "{uid}"
    );
    let extra = &user["extra"];
    assert_eq!(extra["canonicalArn"], json!([DEVELOPER]));
    let arn = "arn:aws:sts::111122223333:assumed-role/Developer/session";
    assert_eq!(extra["arn"], json!([arn]));
    assert_eq!(extra["sessionName"], json!(["session"]));
    let principal = &extra["principalId"];
    assert_eq!(
        extra["sigs.k8s.io/aws-iam-authenticator/principalId"],
        *principal
    );
    assert!(
        extra["accessKeyId"][0]
            .as_str()
            .unwrap()
            .starts_with("ASIA"),
        "{extra}"
    );
    assert!(
        matches!(events.try_recv(), Ok(Event::Authenticated { username, .. }) if username == "developer:session")
    );
    scene.end().await;
}

/// The same world, so the same questions must get the same answers.
#[tokio::test(flavor = "multi_thread")]
async fn everyone_may_do_what_they_may_with_the_embedded_api() {
    const TEST: &str = "everyone_may_do_what_they_may_with_the_embedded_api";
    const QUESTIONS: [&str; 9] = [
        "list pods -A",
        "watch namespaces",
        "get pods -n kube-system",
        "delete namespaces",
        "create pods -n default",
        "get pods --subresource=log -n default",
        "get /version",
        "get /metrics",
        "create selfsubjectreviews",
    ];
    let Some(scene) = Scene::or_skip(TEST, |it| it).await else {
        return;
    };
    let embedded = Sandbox::builder(SystemTimeSource::new())
        .start()
        .await
        .unwrap();
    for role in [ADMIN, DEVELOPER, VIEWER] {
        let real = scene.token(role);
        let other = sign(&embedded, role);
        for question in QUESTIONS {
            let arguments = format!("auth can-i {question}");
            let expected = scene.kubectl_at(embedded.cluster("demo").unwrap(), &other, &arguments);
            let found = scene.kubectl(&real, &arguments);
            assert_eq!(
                found.stdout, expected.stdout,
                "{role}: {question}: {}",
                found.stderr
            );
            assert!(
                ["yes\n", "no\n"].contains(&found.stdout.as_str()),
                "{}",
                found.stderr
            );
        }
    }
    embedded.stop().await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_reads_pods_and_changes_nothing() {
    const TEST: &str = "a_developer_reads_pods_and_changes_nothing";
    let Some(scene) = Scene::or_skip(TEST, |it| it).await else {
        return;
    };
    let token = scene.token(DEVELOPER);
    let pods = scene.kubectl(&token, "get pods -A --no-headers");
    assert!(pods.succeeded, "{}", pods.stderr);
    let rows: Vec<Vec<&str>> = pods
        .stdout
        .lines()
        .map(|it| it.split_whitespace().take(4).collect())
        .collect();
    assert_eq!(
        rows,
        [
            ["default", "hello", "1/1", "Running"],
            ["kube-system", "coredns-5d78c9869d-7xk2p", "1/1", "Running"],
        ]
    );
    let refused = scene.kubectl(&token, "delete namespace kube-public");
    assert!(!refused.succeeded);
    let expected = r#"User "developer:session" cannot delete resource "namespaces""#;
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    let deleted = scene.kubectl(&scene.token(ADMIN), "delete pod hello");
    assert!(deleted.succeeded, "{}", deleted.stderr);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_mapped_is_told_to_log_in() {
    const TEST: &str = "whoever_is_not_mapped_is_told_to_log_in";
    let Some(scene) = Scene::or_skip(TEST, |it| it).await else {
        return;
    };
    let mut events = scene.sandbox.events();
    let refused = scene.kubectl(&scene.token(UNMAPPED), "get namespaces");
    assert!(!refused.succeeded);
    let last = refused.stderr.lines().last().unwrap();
    assert_eq!(
        last,
        "error: You must be logged in to the server (the server has asked for the client to provide \
         credentials)"
    );
    let Ok(Event::Refused { reason, .. }) = events.try_recv() else {
        panic!("expected that the refusal is told");
    };
    assert!(
        reason.contains("role/Unmapped") && reason.contains("not mapped"),
        "{reason}"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_sts_lets_nobody_in_who_is_not_in_yet() {
    const TEST: &str = "an_outage_of_sts_lets_nobody_in_who_is_not_in_yet";
    let Some(scene) = Scene::or_skip(TEST, |it| it).await else {
        return;
    };
    let token = scene.token(VIEWER);
    scene.sandbox.faults().set_outage(true);
    assert!(!scene.kubectl(&token, "get namespaces").succeeded);
    scene.sandbox.faults().set_outage(false);
    // What was refused is not remembered.
    let ran = scene.kubectl(&token, "get namespaces");
    assert!(ran.succeeded, "{}", ran.stderr);
    scene.end().await;
}

/// The webhook of the one sandbox is an external one to the other.
#[tokio::test(flavor = "multi_thread")]
async fn an_external_webhook_is_asked_in_place_of_our_own() {
    const TEST: &str = "an_external_webhook_is_asked_in_place_of_our_own";
    let Some(scene) = Scene::or_skip(TEST, |it| it).await else {
        return;
    };
    let programs = programs_or_skip(TEST).unwrap();
    let [home] = &control_planes(&scene.sandbox)[..] else {
        panic!("expected one control plane");
    };
    let control_plane =
        RealControlPlane::new(programs).external_webhook(home.join("webhook-kubeconfig"));
    let builder = Sandbox::builder(SystemTimeSource::new()).control_plane(control_plane);
    let other = builder.start().await.unwrap();
    let demo = other.cluster("demo").unwrap();
    let accepted = scene
        .kubectl_at(demo, &scene.token(VIEWER), "auth whoami -o json")
        .json();
    assert_eq!(accepted["status"]["userInfo"]["username"], "viewer:session");
    let refused = scene.kubectl_at(demo, &sign(&other, VIEWER), "auth whoami");
    assert!(
        refused.stderr.contains("Unauthorized"),
        "{}",
        refused.stderr
    );
    assert_eq!(other.counters().authenticated + other.counters().refused, 0);
    assert_eq!(scene.sandbox.counters().authenticated, 1);
    other.stop().await;
    scene.end().await;
}
