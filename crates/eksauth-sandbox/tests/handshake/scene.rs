//! A sandbox whose time is the test's, and everything that must stay secret in it.

use std::sync::Mutex;

use eksauth_sandbox::{Sandbox, SandboxBuilder};
use eksauth_testing::{CapturedLogs, ManualTime, SecretScan};
use eksauth_token::{ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint};
use jiff::Timestamp;

use crate::client::{self, Answer};

pub(crate) const VIEWER: &str = "arn:aws:iam::111122223333:role/teams/Viewer";

/// 2030-01-01, so that nothing passes because it happens to be now.
pub(crate) const START: u64 = 1_893_456_000;

pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) time: ManualTime,
    secrets: Mutex<SecretScan>,
    logs: CapturedLogs,
}

impl Scene {
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(configure: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let logs = CapturedLogs::install_global();
        let time = ManualTime::at_unix(START);
        let builder = configure(Sandbox::builder(time.clone()));
        let sandbox = builder.start().await.unwrap();
        let scan = sandbox
            .access_keys()
            .iter()
            .fold(SecretScan::new(), |scan, key| {
                scan.secret("secret access key", key.secret_access_key())
            });
        Self {
            sandbox,
            time,
            secrets: Mutex::new(scan),
            logs,
        }
    }

    /// A token of the first user.
    pub(crate) fn token(&self, cluster: &str) -> String {
        let key = &self.sandbox.access_keys()[0];
        self.sign(
            SigningCredentials::new(key.id(), key.secret_access_key()),
            cluster,
        )
    }

    /// A token of a role's session.
    pub(crate) fn token_of_role(&self, role_arn: &str, cluster: &str) -> String {
        let session = self.sandbox.session(role_arn, "session").unwrap();
        let credentials =
            SigningCredentials::new(session.access_key_id(), session.secret_access_key())
                .with_session_token(session.session_token());
        self.hide(|scan| scan.secret("session's secret", session.secret_access_key()));
        self.sign(credentials, cluster)
    }

    fn sign(&self, credentials: SigningCredentials, cluster: &str) -> String {
        let region = Region::new(self.sandbox.region()).unwrap();
        let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
        let signer = Signer::new(credentials, endpoint).unwrap();
        let token = signer
            .sign(&ClusterId::new(cluster).unwrap(), self.now())
            .unwrap();
        self.hide(|scan| scan.token(token.expose()));
        token.expose().to_owned()
    }

    /// Asks the API server of a cluster who the bearer of a token is.
    pub(crate) async fn whoami(&self, cluster: &str, token: &str) -> Answer {
        let cluster = self.sandbox.cluster(cluster).unwrap();
        client::whoami(cluster.server(), cluster.ca_pem(), token).await
    }

    /// Nothing secret may have got out meanwhile.
    pub(crate) async fn end(self) {
        let scan = self.secrets.into_inner().unwrap();
        scan.assert_clean("Debug", format!("{:?}", self.sandbox));
        self.sandbox.stop().await;
        let text = self.logs.text();
        assert!(text.contains("eksauth_server"), "the log was captured");
        scan.assert_clean("the log", text);
    }

    fn hide(&self, add: impl FnOnce(SecretScan) -> SecretScan) {
        let mut scan = self.secrets.lock().unwrap();
        *scan = add(std::mem::take(&mut *scan));
    }

    fn now(&self) -> Timestamp {
        use aws_smithy_async::time::TimeSource as _;
        self.time.now().try_into().unwrap()
    }
}
