//! What goes wrong at AWS, and that it is over when it is over.

use std::time::Duration;

use eksauth::AssumeRole;
use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::Api;
use eksauth_kube::{EksConnection, eksauth, kube};
use eksauth_sandbox::Faults;
use jiff::SignedDuration;

use crate::scene::{Scene, calls};

const DEVELOPER: &str = "arn:aws:iam::111122223333:role/Developer";

struct Client {
    pods: Api<Pod>,
    connection: EksConnection,
}

impl Client {
    fn of(connection: EksConnection) -> Self {
        Self {
            pods: Api::namespaced(connection.client().unwrap(), "default"),
            connection,
        }
    }

    async fn of_user(scene: &Scene) -> Self {
        Self::of(scene.connection(|builder| builder).await)
    }

    async fn of_role(scene: &Scene) -> Self {
        let role = AssumeRole::new(DEVELOPER).unwrap();
        Self::of(scene.connection(|builder| builder.role(role)).await)
    }

    async fn works(&self) {
        self.pods.get("hello").await.unwrap();
    }

    /// Also what the error shows, to be looked at for secrets.
    async fn is_refused(&self) -> String {
        let error = self.pods.get("hello").await.unwrap_err();
        assert!(
            matches!(&error, kube::Error::Api(status) if status.code == 401),
            "{error:?}"
        );
        format!("{error} {error:?}")
    }
}

const A_WHILE: Duration = Duration::from_secs(10);

/// While the fault lasts, the server's own 401 is what requests get, and nothing else; when it is
/// over, the first one works.
async fn refused_as_long_as(fault: impl FnOnce(&Faults), is_lifted: impl FnOnce(&Faults)) {
    let scene = Scene::start().await;
    let client = Client::of_user(&scene).await;
    let faults = scene.sandbox.faults();
    client.works().await;
    fault(faults);
    let mut shown = Vec::new();
    for _ in 0..3 {
        scene.time.advance(A_WHILE);
        shown.push(client.is_refused().await);
        scene.hide_token_of(client.connection.token_source()).await;
    }
    is_lifted(faults);
    client.works().await;
    shown.push(format!("{:?}", client.connection));
    scene.end(shown.concat()).await;
}

#[tokio::test]
async fn an_outage_of_sts_is_over_when_it_is_over() {
    refused_as_long_as(|it| it.set_outage(true), |it| it.set_outage(false)).await;
}

#[tokio::test]
async fn an_unavailable_sts_is_over_when_it_is_over() {
    let lifted = |it: &Faults| it.set_unavailable(false);
    refused_as_long_as(|it| it.set_unavailable(true), lifted).await;
}

#[tokio::test]
async fn a_clock_of_aws_that_is_far_ahead_is_over_when_it_is_over() {
    let ahead = SignedDuration::from_mins(16);
    refused_as_long_as(|it| it.set_clock_skew(ahead), Faults::clear).await;
}

#[tokio::test]
async fn a_clock_of_aws_that_is_far_behind_is_over_when_it_is_over() {
    let behind = SignedDuration::from_mins(-6);
    refused_as_long_as(|it| it.set_clock_skew(behind), Faults::clear).await;
}

#[tokio::test]
async fn clocks_that_differ_by_what_aws_tolerates_disturb_nobody() {
    let scene = Scene::start().await;
    let client = Client::of_user(&scene).await;
    for minutes in [4, 12, -4, 0] {
        let skew = SignedDuration::from_mins(minutes);
        scene.sandbox.faults().set_clock_skew(skew);
        // A token of its own.
        scene.time.advance(Duration::from_secs(15 * 60));
        client.works().await;
    }
    assert_eq!(scene.counters().refused, 0);
    scene.end("").await;
}

#[tokio::test]
async fn a_request_whose_verification_was_throttled_is_sent_again_unseen() {
    const REQUESTS: u64 = 100;
    let scene = Scene::with_forgetful_verifiers().await;
    let client = Client::of_user(&scene).await;
    scene.sandbox.faults().throttle_every(2.try_into().ok());
    for _ in 0..REQUESTS {
        scene.time.advance(A_WHILE);
        client.works().await;
    }
    // All but the first met one verification of two that was throttled.
    assert_eq!(scene.counters().refused, REQUESTS - 1);
    scene.end("").await;
}

#[tokio::test]
async fn a_request_that_is_refused_for_its_age_and_then_throttled_is_refused_and_the_next_works() {
    let scene = Scene::with_short_lives().await;
    let client = Client::of_user(&scene).await;
    client.works().await;
    for _ in 0..20 {
        scene.outlive_tokens();
        // Counts from here.
        scene.sandbox.faults().throttle_every(2.try_into().ok());
        client.is_refused().await;
        client.works().await;
    }
    scene.end("").await;
}

#[tokio::test]
async fn a_slow_sts_is_waited_for() {
    let scene = Scene::with_short_lives().await;
    let client = Client::of_user(&scene).await;
    scene
        .sandbox
        .faults()
        .set_latency(Duration::from_millis(20));
    for _ in 0..10 {
        scene.outlive_tokens();
        client.works().await;
    }
    scene.end("").await;
}

#[tokio::test]
async fn a_revoked_key_that_is_restored_works_at_once() {
    let scene = Scene::start().await;
    let client = Client::of_user(&scene).await;
    let key = scene.sandbox.access_keys()[0].id();
    client.works().await;
    for _ in 0..3 {
        scene.sandbox.faults().revoke(key);
        client.is_refused().await;
        scene.time.advance(A_WHILE);
        client.is_refused().await;
        scene.sandbox.faults().restore(key);
        client.works().await;
    }
    scene.end("").await;
}

#[tokio::test]
async fn a_session_serves_on_while_the_key_that_it_was_assumed_with_is_revoked() {
    let scene = Scene::start().await;
    let client = Client::of_role(&scene).await;
    let key = scene.sandbox.access_keys()[0].id();
    client.works().await;
    scene.sandbox.faults().revoke(key);
    // Beyond the point at which another session is asked for, and refused.
    for _ in 0..5 {
        scene.time.advance(Duration::from_secs(11 * 60));
        client.works().await;
    }
    scene.sandbox.faults().restore(key);
    scene.time.advance(Duration::from_secs(30 * 60));
    client.works().await;
    scene.end("").await;
}

#[tokio::test]
async fn sessions_that_are_ended_are_assumed_again_unseen() {
    let scene = Scene::start().await;
    let client = Client::of_role(&scene).await;
    client.works().await;
    for _ in 0..20 {
        scene.time.advance(A_WHILE);
        scene.sandbox.faults().expire_sessions();
        client.works().await;
        scene.hide_token_of(client.connection.token_source()).await;
    }
    let counted = scene.counters();
    assert_eq!(counted.refused, 20);
    assert_eq!(calls(&counted, "sts", "AssumeRole"), 21);
    scene.end("").await;
}

#[tokio::test]
async fn a_session_that_is_ended_within_seconds_of_its_start_is_refused_until_it_may_be_replaced() {
    let scene = Scene::start().await;
    let client = Client::of_role(&scene).await;
    client.works().await;
    scene.sandbox.faults().expire_sessions();
    client.is_refused().await;
    assert_eq!(calls(&scene.counters(), "sts", "AssumeRole"), 1);
    scene.time.advance(Duration::from_secs(5));
    client.works().await;
    assert_eq!(calls(&scene.counters(), "sts", "AssumeRole"), 2);
    scene.end("").await;
}
