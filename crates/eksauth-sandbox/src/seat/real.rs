//! A real control plane in the seat: etcd and kube-apiserver.

mod admin;
mod api_server;
mod decision;
mod error;
mod etcd;
mod furniture;
mod home;
mod leash;
mod leftovers;
mod log;
mod process;
mod programs;
mod webhook;

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::SandboxError;

use self::admin::{Admin, MASTERS};
use self::api_server::{Kube, Settings};
use self::etcd::Etcd;
use self::home::Home;
use self::programs::Programs;
use self::webhook::Webhook;
use super::{ApiServer, ControlPlane, Seat};

pub use error::ControlPlaneError;

/// Whose certificate is in the kubeconfig for commands inside.
const ADMIN: &str = "eksauth-sandbox-admin";

/// A control plane of etcd and kube-apiserver, for
/// [`SandboxBuilder::control_plane`](crate::SandboxBuilder::control_plane).
///
/// Each cluster with an API server gets a pair of its own, with RBAC. Who may what is as with the
/// embedded API: `system:masters` everything, `sandbox:developers` read namespaces and pods,
/// `sandbox:viewers` namespaces. There are the same pods, too; nothing runs in them, since nodes,
/// a scheduler and controllers are missing.
///
/// kube-apiserver asks a webhook about tokens. By default it is one of the sandbox's own that verifies
/// with its STS, and that events and counters tell about; [`RealControlPlane::external_webhook`] is for
/// another process.
///
/// Who sets a cluster up does so with [`Sandbox::admin_kubeconfig`](crate::Sandbox::admin_kubeconfig),
/// which needs no webhook.
///
/// The two programs live by the clock of the machine, whatever clock the sandbox was given. They end
/// with the sandbox, even when its process is killed.
///
/// # Examples
///
/// ```no_run
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_sandbox::{RealControlPlane, Sandbox, TokenReviewVersion};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let control_plane = RealControlPlane::new("/usr/local/kubebuilder/bin")
///     .token_review_version(TokenReviewVersion::V1Beta1);
/// let sandbox = Sandbox::builder(SystemTimeSource::new())
///     .control_plane(control_plane)
///     .start()
///     .await?;
/// # sandbox.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct RealControlPlane {
    programs: PathBuf,
    external_webhook: Option<PathBuf>,
    token_review_version: TokenReviewVersion,
    webhook_cache: Duration,
    progress: Progress,
}

/// The version of the TokenReviews that kube-apiserver sends to the webhook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenReviewVersion {
    /// `authentication.k8s.io/v1`.
    #[default]
    V1,
    /// `authentication.k8s.io/v1beta1`, which is what kube-apiserver sends unless it is told
    /// otherwise.
    V1Beta1,
}

impl RealControlPlane {
    /// The programs `etcd` and `kube-apiserver` in this folder, which is what `KUBEBUILDER_ASSETS`
    /// names by convention.
    pub fn new(programs: impl Into<PathBuf>) -> Self {
        Self {
            programs: programs.into(),
            external_webhook: None,
            token_review_version: TokenReviewVersion::default(),
            webhook_cache: Duration::ZERO,
            progress: Progress(Arc::new(|_| {})),
        }
    }

    /// A webhook in place of the sandbox's own, by the kubeconfig file that leads to it (the
    /// `--authentication-token-webhook-config-file` of kube-apiserver).
    ///
    /// It need not be up yet when the sandbox starts, so it can be told where the sandbox's STS is. What
    /// it answers is neither counted nor told as an event.
    #[must_use]
    pub fn external_webhook(mut self, kubeconfig: impl Into<PathBuf>) -> Self {
        self.external_webhook = Some(kubeconfig.into());
        self
    }

    /// The version of the TokenReviews. [`TokenReviewVersion::V1`] by default.
    #[must_use]
    pub fn token_review_version(mut self, version: TokenReviewVersion) -> Self {
        self.token_review_version = version;
        self
    }

    /// How long kube-apiserver remembers what the webhook said; its own default is two minutes. Zero by
    /// default, so that the webhook hears of every token that is not let in.
    ///
    /// Beside this, kube-apiserver lets a token in for ten seconds more without asking anybody. No flag
    /// changes that.
    #[must_use]
    pub fn webhook_cache(mut self, ttl: Duration) -> Self {
        self.webhook_cache = ttl;
        self
    }

    /// Tells how the start goes on: it takes several seconds. `tell` gets a line for people at a time.
    #[must_use]
    pub fn on_progress(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.progress = Progress(Arc::new(tell));
        self
    }

    async fn start(&self, seat: Seat<'_>) -> Result<ApiServer, SandboxError> {
        let programs = Programs::in_folder(&self.programs)?;
        let home = Home::new(seat.folder)?;
        let webhook = match &self.external_webhook {
            Some(kubeconfig) => Webhook::external(kubeconfig)?,
            None => {
                let shutdown = seat.shutdown.clone();
                Webhook::serve(seat.gate, seat.time_source, shutdown, &home).await?
            }
        };
        let admin = Admin::new(seat.authority)?;
        let cluster = seat.cluster;
        self.progress.tell(&format!("{cluster}: starting etcd"));
        let etcd = Etcd::start(&programs, &home).await?;
        let settings = Settings {
            webhook: webhook.kubeconfig(),
            token_review_version: self.token_review_version,
            webhook_cache: self.webhook_cache,
        };
        settings.write_files(&home, seat.authority)?;
        let tell = |line: &str| self.progress.tell(&format!("{cluster}: {line}"));
        let kube = Kube::start(&programs, &home, &etcd, &settings, &admin, &tell).await?;
        furniture::move_in(&admin, kube.address()).await?;
        tell("kube-apiserver is up");
        for program in [etcd.watched(), kube.watched()] {
            tokio::spawn(program.tell_its_end(seat.shutdown.clone()));
        }

        Ok(ApiServer {
            url: format!("https://{}", kube.address()),
            ca_pem: seat.authority.pem(),
            objects: None,
            admin: Some(seat.authority.client_pem(ADMIN, MASTERS)?),
            stopped: Box::pin(stopped(seat.shutdown, (kube, etcd, home), webhook)),
        })
    }
}

impl ControlPlane for RealControlPlane {
    fn start<'a>(
        &'a self,
        seat: Seat<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<ApiServer, SandboxError>> + Send + 'a>> {
        Box::pin(self.start(seat))
    }
}

/// What ends, in this order.
type Running = (Kube, Etcd, Home);

async fn stopped(shutdown: CancellationToken, running: Running, webhook: Webhook) {
    shutdown.cancelled().await;
    // Waits for processes. It does not panic, and nobody else can abort it.
    let _ = tokio::task::spawn_blocking(move || drop(running)).await;
    webhook.stopped().await;
}

impl TokenReviewVersion {
    /// As the flag of kube-apiserver spells it.
    fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V1Beta1 => "v1beta1",
        }
    }
}

/// Who is told how the start goes on.
#[derive(Clone)]
struct Progress(Arc<dyn Fn(&str) + Send + Sync>);

impl Progress {
    fn tell(&self, line: &str) {
        tracing::info!("{line}");
        (self.0)(line);
    }
}

impl fmt::Debug for RealControlPlane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealControlPlane")
            .field("programs", &self.programs)
            .field("external_webhook", &self.external_webhook)
            .field("token_review_version", &self.token_review_version)
            .field("webhook_cache", &self.webhook_cache)
            .finish_non_exhaustive()
    }
}
