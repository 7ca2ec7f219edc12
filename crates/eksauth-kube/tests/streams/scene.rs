//! A sandbox and its clients, on one clock.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use eksauth::{Context, TokenSource};
use eksauth_kube::{EksClientBuilder, EksConnection, eksauth, kube};
use eksauth_sandbox::{CounterSnapshot, Objects, Sandbox, SandboxBuilder};
use eksauth_server::Limits;
use eksauth_testing::{CapturedLogs, ManualTime, ScopedLogs, SecretScan};
use kube::Client;

/// How long STS honours a token in a sandbox whose client believes in a quarter of an hour.
pub(crate) const SHORT_LIFE: Duration = Duration::from_secs(5);

pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) time: ManualTime,
    secrets: Mutex<SecretScan>,
    logs: ScopedLogs,
}

impl Scene {
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    /// A sandbox whose STS honours a token for seconds, and is asked about each request.
    pub(crate) async fn with_short_lives() -> Self {
        let limits = forgetful();
        Self::with(|builder| {
            builder
                .presigned_lifetime(SHORT_LIFE)
                .verifier_limits(limits)
        })
        .await
    }

    /// A sandbox whose STS is asked about each request.
    pub(crate) async fn with_forgetful_verifiers() -> Self {
        Self::with(|builder| builder.verifier_limits(forgetful())).await
    }

    async fn with(configure: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let logs = CapturedLogs::scoped();
        let time = ManualTime::at(start());
        let unhurried = Sandbox::builder(time.clone()).verifier_limits(patient());
        let builder = configure(unhurried);
        let sandbox = builder.start().await.unwrap();
        let keys = sandbox.access_keys().iter();
        let secrets = keys.fold(SecretScan::new(), |scan, key| {
            scan.secret("secret access key", key.secret_access_key())
        });
        Self {
            sandbox,
            time,
            secrets: Mutex::new(secrets),
            logs,
        }
    }

    /// The connection of a program that finds the sandbox's environment.
    pub(crate) async fn connection(
        &self,
        configure: impl FnOnce(EksClientBuilder) -> EksClientBuilder,
    ) -> EksConnection {
        let variables = self.sandbox.environment().set().iter().cloned();
        let context = Context::new(variables, self.time.clone());
        let builder = EksClientBuilder::new("demo").context(context);
        configure(builder).resolve().await.unwrap()
    }

    pub(crate) async fn client(&self) -> (Client, TokenSource) {
        let connection = self.connection(|builder| builder).await;
        let client = connection.client().unwrap();
        (client, connection.token_source().clone())
    }

    /// The cluster's namespaces and pods.
    pub(crate) fn objects(&self) -> &Objects {
        self.sandbox.cluster("demo").unwrap().objects().unwrap()
    }

    pub(crate) fn counters(&self) -> CounterSnapshot {
        self.sandbox.counters()
    }

    /// Passes the time by so much that STS honours no token signed before.
    pub(crate) fn outlive_tokens(&self) {
        self.time.advance(SHORT_LIFE + Duration::from_secs(1));
    }

    /// Remembers the token in hand as a secret.
    pub(crate) async fn hide_token_of(&self, source: &TokenSource) {
        let token = source.token().await.unwrap();
        let mut scan = self.secrets.lock().unwrap();
        *scan = std::mem::take(&mut *scan).token(token.expose());
    }

    /// Nothing secret may be seen in this text, nor have got into the log.
    pub(crate) async fn end(self, shown: impl AsRef<str>) {
        self.sandbox.stop().await;
        let scan = self.secrets.into_inner().unwrap();
        scan.assert_clean("what is shown", shown.as_ref());
        let log = self.logs.text();
        for theirs in ["kube_client", "hyper_util"] {
            assert!(log.contains(theirs), "events of {theirs} were captured");
        }
        scan.assert_clean("the log", log);
    }
}

/// Remembers nobody, and bears any number of requests.
fn forgetful() -> Limits {
    let mut limits = patient();
    limits.identity_lifetime = Duration::ZERO;
    limits
}

/// The rate of calls to STS goes by the clock of the machine, in which days pass in seconds.
fn patient() -> Limits {
    let mut limits = Limits::default();
    limits.calls_per_second = 100_000.try_into().unwrap();
    limits.burst = limits.calls_per_second;
    limits
}

/// This second. TLS goes by the clock of the system, so the certificates must be of today; nothing
/// else is.
fn start() -> SystemTime {
    let since = SystemTimeSource::new().now().duration_since(UNIX_EPOCH);
    UNIX_EPOCH + Duration::from_secs(since.unwrap().as_secs())
}

/// How many calls of STS and the like there were.
pub(crate) fn calls(counters: &CounterSnapshot, service: &str, action: &str) -> u64 {
    let actions = counters.requests.get(service);
    actions.and_then(|it| it.get(action)).copied().unwrap_or(0)
}
