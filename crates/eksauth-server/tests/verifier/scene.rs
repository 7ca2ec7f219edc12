//! A cluster, a clock, an STS, and the log of one test.

use std::error::Error;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use aws_smithy_async::time::TimeSource as _;
use data_encoding::BASE64URL_NOPAD;
use eksauth_server::{
    ConnectTo, Limits, StsConnection, VerifiedIdentity, Verifier, VerifierBuilder, VerifyError,
};
use eksauth_testing::{CapturedLogs, ManualTime, ScopedLogs, SecretScan};
use eksauth_token::{
    ClusterId, EndpointOptions, Partition, Policy, Region, Signer, SigningCredentials, StsEndpoint,
};
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use tokio::task::JoinHandle;

use crate::fake_sts::FakeSts;

pub(crate) const CLUSTER: &str = "prod-eu";
pub(crate) const REGION: &str = "eu-west-1";
/// 2026-01-01T12:00:00Z.
const NOW: u64 = 1_767_268_800;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION_TOKEN: &str = "FwoGZXIvYXdzEJr+/w8aDBhZ4kXq0vPz9wErTyUiOpAsDfGh==";
/// In every presigned URL, and in no error.
const PIECE_OF_A_URL: &str = "Version=2011-06-15&X-Amz-Algorithm";

/// More than all tests write but those of a flood.
const ENOUGH_LOG: usize = 256 * 1024;

pub(crate) type Verdict = Result<Arc<VerifiedIdentity>, VerifyError>;

/// What one test has of the world. All of it runs on the test's thread. When it ends, nothing secret may be in the log, or in the `Debug`
/// of what it made.
pub(crate) struct Scene {
    pub(crate) clock: ManualTime,
    pub(crate) sts: FakeSts,
    pub(crate) logs: ScopedLogs,
    secrets: Mutex<Vec<(&'static str, String)>>,
    tokens: Mutex<Vec<String>>,
    signed: AtomicUsize,
    made: Mutex<Vec<Verifier>>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with_sts(FakeSts::start().await)
    }

    pub(crate) fn with_sts(sts: FakeSts) -> Self {
        let scene = Self {
            clock: ManualTime::at_unix(NOW),
            sts,
            logs: CapturedLogs::scoped(),
            secrets: Mutex::default(),
            tokens: Mutex::default(),
            signed: AtomicUsize::default(),
            made: Mutex::default(),
        };
        scene.hide("secret access key", SECRET);
        scene.hide("session token", SESSION_TOKEN);
        scene.hide("presigned URL", PIECE_OF_A_URL);
        scene
    }

    /// From now on, this must not be seen.
    pub(crate) fn hide(&self, name: &'static str, secret: &str) {
        self.secrets.lock().unwrap().push((name, secret.to_owned()));
    }

    /// To the stand-in and nowhere else.
    pub(crate) fn connection(&self) -> StsConnection {
        self.trusting()
            .with_connect_to(ConnectTo::everything_to(self.sts.address()))
    }

    /// Trusts the stand-in, and goes where the names lead.
    pub(crate) fn trusting(&self) -> StsConnection {
        StsConnection::new()
            .without_system_roots()
            .with_roots(self.sts.ca_pem())
            .unwrap()
    }

    pub(crate) fn verifier(&self) -> Verifier {
        self.verifier_with(Limits::default())
    }

    pub(crate) fn verifier_with(&self, limits: Limits) -> Verifier {
        self.make(self.connection(), |builder| builder.limits(limits))
    }

    pub(crate) fn verifier_over(&self, connection: StsConnection) -> Verifier {
        self.make(connection, |builder| builder)
    }

    /// One that has the limits of another in common with it, and other limits of its own.
    pub(crate) fn verifier_sharing(&self, other: &Verifier) -> Verifier {
        self.make(self.connection(), |builder| builder.sharing(other))
    }

    fn make(
        &self,
        connection: StsConnection,
        with: impl FnOnce(VerifierBuilder) -> VerifierBuilder,
    ) -> Verifier {
        let scan = self.scan();
        scan.assert_clean("the connection's Debug", format!("{connection:?}"));
        let cluster = ClusterId::new(CLUSTER).unwrap();
        let policy = Policy::new(Partition::Aws);
        let builder = Verifier::builder(cluster, policy, self.clock.clone());
        let builder = with(builder.connection(connection));
        scan.assert_clean("the builder's Debug", format!("{builder:?}"));
        let verifier = builder.build().unwrap();
        self.made.lock().unwrap().push(verifier.clone());
        verifier
    }

    /// A token of now that is like no other.
    pub(crate) fn token(&self) -> String {
        self.token_for(REGION, EndpointOptions::default())
    }

    pub(crate) fn token_in(&self, region: &str) -> String {
        self.token_for(region, EndpointOptions::default())
    }

    pub(crate) fn token_for(&self, region: &str, options: EndpointOptions) -> String {
        let token = self.unwatched_token(region, options);
        self.tokens.lock().unwrap().push(token.clone());
        token
    }

    /// One of so many that looking for each of them would take too long.
    pub(crate) fn one_of_many_tokens(&self) -> String {
        self.unwatched_token(REGION, EndpointOptions::default())
    }

    fn unwatched_token(&self, region: &str, options: EndpointOptions) -> String {
        let number = self.signed.fetch_add(1, Ordering::Relaxed);
        let credentials = SigningCredentials::new(format!("ASIA{number:016}"), SECRET)
            .with_session_token(SESSION_TOKEN);
        let endpoint = StsEndpoint::new(&Region::new(region).unwrap(), options);
        let signer = Signer::new(credentials, endpoint).unwrap();
        let now = Timestamp::try_from(self.clock.now()).unwrap();
        let token = signer.sign(&ClusterId::new(CLUSTER).unwrap(), now).unwrap();
        token.expose().to_owned()
    }

    /// Verifies, and looks for secrets in what comes of it.
    pub(crate) async fn verify(&self, verifier: &Verifier, token: &str) -> Verdict {
        self.looked_through(verifier.verify(token).await)
    }

    /// Verifies in a task of its own, which can be cancelled.
    pub(crate) fn verifying(&self, verifier: &Verifier, token: &str) -> JoinHandle<Verdict> {
        let (verifier, token) = (verifier.clone(), token.to_owned());
        tokio::spawn(async move { verifier.verify(&token).await })
    }

    pub(crate) async fn ended(&self, task: JoinHandle<Verdict>) -> Verdict {
        self.looked_through(task.await.unwrap())
    }

    /// The same of a task that must have ended: stopped time would let it wait without end.
    pub(crate) async fn ended_by_now(&self, task: JoinHandle<Verdict>) -> Verdict {
        assert!(task.is_finished(), "it still goes on");
        self.ended(task).await
    }

    fn looked_through(&self, verdict: Verdict) -> Verdict {
        let scan = self.scan();
        match &verdict {
            Ok(identity) => scan.assert_clean("the identity", format!("{identity:?}")),
            Err(error) => {
                scan.assert_clean("the error", told(error));
                scan.assert_clean("the error's Debug", format!("{error:?} {error:#?}"));
            }
        }
        verdict
    }

    fn scan(&self) -> SecretScan {
        let scan = SecretScan::new();
        let secrets = self.secrets.lock().unwrap();
        let scan = secrets
            .iter()
            .fold(scan, |scan, (name, it)| scan.secret(name, it));
        let tokens = self.tokens.lock().unwrap();
        tokens.iter().fold(scan, |scan, it| scan.token(it))
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let scan = self.scan();
        let log = self.logs.text();
        let log = log.as_bytes();
        // The requests of a flood are alike.
        scan.assert_clean("the log", &log[..log.len().min(ENOUGH_LOG)]);
        scan.assert_clean("the log", &log[log.len().saturating_sub(ENOUGH_LOG)..]);
        for verifier in self.made.lock().unwrap().iter() {
            scan.assert_clean("the verifier's Debug", format!("{verifier:?}"));
            let metrics = format!("{:?} {}", verifier.metrics(), exposed(verifier));
            scan.assert_clean("the metrics", metrics);
        }
    }
}

/// The metrics of a verifier as Prometheus reads them.
pub(crate) fn exposed(verifier: &Verifier) -> String {
    let mut registry = Registry::default();
    verifier.metrics().register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    text
}

/// An error with its causes, as a person sees it.
pub(crate) fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    text
}

/// The presigned URL in a token.
pub(crate) fn url_in(token: &str) -> String {
    let encoded = token.strip_prefix("k8s-aws-v1.").unwrap();
    String::from_utf8(BASE64URL_NOPAD.decode(encoded.as_bytes()).unwrap()).unwrap()
}

/// The runtime's time, which passes only when the test says so, however long the machine takes.
/// Until this is dropped the runtime does not skip to the next timer either.
pub(crate) struct StoppedTime {
    _held: mpsc::Sender<()>,
}

impl StoppedTime {
    pub(crate) fn begin() -> Self {
        tokio::time::pause();
        let (held, dropped) = mpsc::channel::<()>();
        // While a blocking task runs, paused time does not advance by itself.
        tokio::task::spawn_blocking(move || dropped.recv());
        Self { _held: held }
    }

    /// Lets it pass, and lets everything happen that then happens.
    pub(crate) async fn pass(&self, by: Duration) {
        tokio::time::advance(by).await;
        settle().await;
    }
}

/// Lets every task of this thread run as far as it gets.
pub(crate) async fn settle() {
    for _ in 0..300 {
        tokio::task::yield_now().await;
    }
}

/// All of these at once, in order.
pub(crate) async fn all<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    futures_util::future::join_all(futures).await
}
