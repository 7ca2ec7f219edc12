//! An STS for the server, and who signs tokens for it.

use std::time::SystemTime;

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use eksauth_sandbox::{Sandbox, SessionCredentials, World};
use eksauth_token::{ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint};
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;

use crate::scene::Scene;

/// A local AWS on threads of its own.
pub(crate) struct Aws {
    // First, since it ends on the runtime.
    sandbox: Sandbox,
    _runtime: Runtime,
}

/// Somebody who signs.
pub(crate) struct Caller {
    credentials: SigningCredentials,
    pub(crate) access_key_id: String,
    pub(crate) secrets: Vec<(&'static str, String)>,
}

impl Aws {
    pub(crate) fn start(world: World) -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = Sandbox::builder(SystemTimeSource::new()).world(world);
        Self {
            sandbox: runtime.block_on(sandbox.start()).unwrap(),
            _runtime: runtime,
        }
    }

    /// A server of this scene asks this AWS, and has no credentials.
    pub(crate) fn lead(&self, scene: Scene) -> Scene {
        let ca = scene.write("aws-ca.pem", self.sandbox.ca_pem());
        scene
            .set("HTTPS_PROXY", &self.sandbox.proxy_url())
            .set("AWS_CA_BUNDLE", ca.to_str().unwrap())
            .set("AWS_REGION", self.sandbox.region())
    }

    pub(crate) fn session(&self, role_arn: &str, name: &str) -> (Caller, SessionCredentials) {
        let session = self.sandbox.session(role_arn, name).unwrap();
        let credentials =
            SigningCredentials::new(session.access_key_id(), session.secret_access_key())
                .with_session_token(session.session_token());
        let caller = Caller {
            credentials,
            access_key_id: session.access_key_id().to_owned(),
            secrets: vec![
                (
                    "secret key of a session",
                    session.secret_access_key().to_owned(),
                ),
                ("session token", session.session_token().to_owned()),
            ],
        };
        (caller, session)
    }

    pub(crate) fn user(&self, arn: &str) -> Caller {
        let mut keys = self.sandbox.access_keys().iter();
        let key = keys.find(|it| it.user_arn() == arn).unwrap();
        Caller {
            credentials: SigningCredentials::new(key.id(), key.secret_access_key()),
            access_key_id: key.id().to_owned(),
            secrets: vec![("secret key of a user", key.secret_access_key().to_owned())],
        }
    }
}

impl Caller {
    /// A token for the cluster `demo` of now.
    pub(crate) fn token(&self) -> String {
        self.token_of("demo", SignedDuration::ZERO)
    }

    /// A token for any cluster, of this long ago.
    pub(crate) fn token_of(&self, cluster: &str, ago: SignedDuration) -> String {
        token_of(self.credentials.clone(), cluster, ago)
    }
}

pub(crate) fn token_of(
    credentials: SigningCredentials,
    cluster: &str,
    ago: SignedDuration,
) -> String {
    let region = Region::new("eu-west-1").unwrap();
    let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
    let signer = Signer::new(credentials, endpoint).unwrap();
    let cluster = ClusterId::new(cluster).unwrap();
    let token = signer.sign(&cluster, now() - ago).unwrap();
    token.expose().to_owned()
}

/// Other processes go by the same clock.
fn now() -> Timestamp {
    let now: SystemTime = SystemTimeSource::new().now();
    Timestamp::try_from(now).unwrap()
}
