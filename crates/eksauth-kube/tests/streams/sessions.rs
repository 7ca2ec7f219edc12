//! Sessions of a role that end each hour, for days.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, future};
use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::Api;

use crate::scene::Scene;

const ADMIN: &str = "arn:aws:iam::111122223333:role/Admin";
const HOURS: u64 = 3 * 24;
const STEP: Duration = Duration::from_secs(10 * 60);

/// The metadata of a machine with a role: they have a new session no earlier than the old one ends.
#[derive(Clone, Debug)]
struct Metadata(Arc<Mutex<Credentials>>);

impl Metadata {
    fn of(scene: &Scene) -> Self {
        Self(Arc::new(Mutex::new(new_session(scene))))
    }

    fn renew(&self, scene: &Scene) {
        *self.0.lock().unwrap() = new_session(scene);
    }
}

impl ProvideCredentials for Metadata {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Ok(self.0.lock().unwrap().clone()))
    }
}

fn new_session(scene: &Scene) -> Credentials {
    let session = scene.sandbox.session(ADMIN, "robot").unwrap();
    Credentials::new(
        session.access_key_id(),
        session.secret_access_key(),
        Some(session.session_token().to_owned()),
        Some(session.expiry().try_into().unwrap()),
        "test",
    )
}

#[tokio::test]
async fn no_request_fails_in_three_days_of_sessions_that_last_an_hour() {
    let scene = Scene::start().await;
    let metadata = Metadata::of(&scene);
    let credentials = metadata.clone();
    let connection = scene
        .connection(|builder| builder.credentials(credentials))
        .await;
    let pods = Api::<Pod>::namespaced(connection.client().unwrap(), "default");
    for _ in 0..HOURS {
        metadata.renew(&scene);
        scene.hide_token_of(connection.token_source()).await;
        for _ in 0..6 {
            pods.get("hello").await.unwrap();
            scene.time.advance(STEP);
        }
    }
    assert_eq!(scene.counters().refused, 0);
    scene.end(format!("{connection:?}")).await;
}
