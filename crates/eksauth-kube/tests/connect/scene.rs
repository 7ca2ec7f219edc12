//! A sandbox, a home, and one clock for both; everything that must stay secret in them.

use std::cell::RefCell;
use std::error::Error;
use std::fmt::Debug;
use std::path::PathBuf;

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use eksauth_kube::eksauth::{AssumeRole, Context, TokenSource};
use eksauth_kube::k8s_openapi::api::authentication::v1::SelfSubjectReview;
use eksauth_kube::kube::api::PostParams;
use eksauth_kube::kube::{Api, Client};
use eksauth_kube::{EksClientBuilder, EksConnection, KubeconfigClientBuilder};
use eksauth_sandbox::{Sandbox, World};
use eksauth_testing::{CapturedLogs, ManualTime, ScopedLogs, SecretScan, TestHome};

pub(crate) const DEPLOYER: &str = "arn:aws:iam::111122223333:role/Deployer";
pub(crate) const DESCRIBER: &str = "arn:aws:iam::111122223333:role/Describer";
pub(crate) const PARTNER: &str = "arn:aws:iam::444455556666:role/Partner";

pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) home: TestHome,
    pub(crate) time: ManualTime,
    logs: ScopedLogs,
    secrets: RefCell<SecretScan>,
}

impl Scene {
    /// The world of `world.yaml`.
    pub(crate) async fn start() -> Self {
        Self::of(include_str!("world.yaml")).await
    }

    pub(crate) async fn of(world: &str) -> Self {
        let logs = CapturedLogs::scoped();
        tracing::trace!("the scene begins");
        // It stands still, but where the machine's own does now: kube judges certificates by that one.
        let time = ManualTime::at(SystemTimeSource::new().now());
        let builder = Sandbox::builder(time.clone()).world(World::parse(world).unwrap());
        let sandbox = builder.start().await.unwrap();
        let keys = sandbox.access_keys().iter();
        let secrets = keys.fold(SecretScan::new(), |scan, key| {
            scan.secret("secret access key", key.secret_access_key())
        });
        Self {
            sandbox,
            home: TestHome::new(),
            time,
            logs,
            secrets: RefCell::new(secrets),
        }
    }

    /// The variables of a command inside the sandbox.
    pub(crate) fn context(&self) -> Context {
        let home = self.home.path().display().to_string();
        let set = self.sandbox.environment().set().iter().cloned();
        Context::new(set.chain([("HOME", home)]), self.time.clone())
    }

    /// The same without the access key, so that profiles count.
    pub(crate) fn context_of_profile(&self, profile: &str) -> Context {
        self.context().with_variables([
            ("AWS_ACCESS_KEY_ID", ""),
            ("AWS_SECRET_ACCESS_KEY", ""),
            ("AWS_PROFILE", profile),
        ])
    }

    pub(crate) fn builder(&self, cluster: &str) -> EksClientBuilder {
        EksClientBuilder::new(cluster).context(self.context())
    }

    /// For a cluster that is not looked up.
    pub(crate) fn known(&self, cluster: &str) -> EksClientBuilder {
        let running = self.sandbox.cluster(cluster).unwrap();
        let endpoint = running.server().parse().unwrap();
        self.builder(cluster).known(endpoint, running.ca_pem())
    }

    pub(crate) fn kubeconfig(&self, text: &str) -> KubeconfigClientBuilder {
        let file = self.home.write("kubeconfig", text);
        KubeconfigClientBuilder::new()
            .context(self.context())
            .file(file)
    }

    pub(crate) fn calls(&self, service: &str, action: &str) -> u64 {
        let requests = self.sandbox.counters().requests;
        let calls = requests.get(service).and_then(|it| it.get(action));
        calls.copied().unwrap_or_default()
    }

    /// From now on, this must not be shown.
    pub(crate) fn hide(&self, name: &str, secret: &str) {
        self.secrets
            .replace_with(|it| std::mem::take(it).secret(name, secret));
    }

    /// The token in hand, whose parts must not be shown from now on.
    pub(crate) async fn token(&self, source: &TokenSource) -> String {
        let token = source.token().await.unwrap().expose().to_owned();
        self.secrets
            .replace_with(|it| std::mem::take(it).token(&token));
        token
    }

    /// Who the API server says that a connection is.
    pub(crate) async fn user_of(&self, connection: &EksConnection) -> String {
        self.token(connection.token_source()).await;
        user_of(connection.client().unwrap()).await
    }

    /// What is told of an error, which must show no secret.
    #[track_caller]
    pub(crate) fn told(&self, error: &(dyn Error + 'static)) -> String {
        let told = chain(error).map(ToString::to_string);
        let told = told.collect::<Vec<_>>().join(": ");
        self.assert_clean("the error", &told);
        self.assert_clean("the error's Debug", format!("{error:?}"));
        // Paths differ from run to run.
        let replaced = told.replace(&self.home.path().display().to_string(), "HOME");
        replaced.replace(&self.sandbox.folder().display().to_string(), "SANDBOX")
    }

    /// The error of something that must not work, as it is told.
    #[track_caller]
    pub(crate) fn refused<T: Debug, E: Error + 'static>(&self, result: Result<T, E>) -> String {
        self.told(&result.expect_err("an error"))
    }

    #[track_caller]
    pub(crate) fn assert_clean(&self, place: &str, text: impl AsRef<[u8]>) {
        self.secrets.borrow().assert_clean(place, text);
    }

    pub(crate) fn log(&self) -> String {
        self.logs.text()
    }

    pub(crate) fn home_path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    /// Nothing secret may have got out meanwhile.
    pub(crate) async fn end(self) {
        self.sandbox.stop().await;
        let text = self.logs.text();
        assert!(text.contains("the scene begins"), "the log was captured");
        self.secrets.borrow().assert_clean("the log", text);
    }
}

pub(crate) fn chain<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |it| (*it).source())
}

/// What the system says of a file that is not there.
pub(crate) fn not_found() -> String {
    std::io::Error::from_raw_os_error(2).to_string()
}

pub(crate) fn role(arn: &str) -> AssumeRole {
    AssumeRole::new(arn).unwrap()
}

/// Who the API server says that a client is.
pub(crate) async fn user_of(client: Client) -> String {
    let reviews: Api<SelfSubjectReview> = Api::all(client);
    let question = SelfSubjectReview::default();
    let answer = reviews.create(&PostParams::default(), &question).await;
    let user = answer.unwrap().status.unwrap().user_info.unwrap();
    user.username.unwrap()
}
