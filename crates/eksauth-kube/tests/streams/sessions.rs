//! Sessions of a role that end each hour, for days.

use std::time::Duration;

use eksauth::AssumeRole;
use eksauth_kube::eksauth;
use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::Api;

use crate::scene::{Scene, calls};

const ADMIN: &str = "arn:aws:iam::111122223333:role/Admin";
const HOURS: u64 = 3 * 24;

#[tokio::test]
async fn no_request_fails_in_three_days_of_sessions_that_last_an_hour() {
    let scene = Scene::start().await;
    let role = AssumeRole::new(ADMIN).unwrap();
    let connection = scene.connection(|builder| builder.role(role)).await;
    let pods = Api::<Pod>::namespaced(connection.client().unwrap(), "default");
    for _ in 0..HOURS {
        for _ in 0..6 {
            pods.get("hello").await.unwrap();
            scene.time.advance(Duration::from_secs(10 * 60));
        }
        scene.hide_token_of(connection.token_source()).await;
    }
    let counted = scene.counters();
    assert_eq!(counted.refused, 0);
    let sessions = calls(&counted, "sts", "AssumeRole");
    assert!((HOURS..=2 * HOURS).contains(&sessions), "{sessions}");
    scene.end(format!("{connection:?}")).await;
}
