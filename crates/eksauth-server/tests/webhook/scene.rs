//! A webhook, its files, its clock, and the log of one test.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use eksauth_server::{
    AuditLog, CertificateFiles, CertificateStore, DenialStatus, Drained, ServerNames, Webhook,
    WebhookBuilder, WebhookLimits, WebhookMetrics,
};
use eksauth_testing::{CapturedLogs, ManualTime, ScopedLogs, SecretScan};
use prometheus_client::registry::Registry;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Protocol, Raw, Trust};
use crate::fake_authenticator::FakeAuthenticator;
use crate::pki::Pair;

/// 2026-01-01T12:00:00Z.
pub(crate) const NOW: u64 = 1_767_268_800;

/// Stands for a token, which must be seen nowhere.
pub(crate) const TOKEN: &str = "k8s-aws-v1.dGhpcyBpcyBubyB0b2tlbiBidXQgc2VjcmV0";

/// What one test has of the world. All of it runs on the test's thread. When it ends, the token may not
/// be in the log.
pub(crate) struct Scene {
    pub(crate) clock: ManualTime,
    pub(crate) authenticator: FakeAuthenticator,
    pub(crate) certificates: CertificateStore,
    pub(crate) dir: TempDir,
    pub(crate) logs: ScopedLogs,
}

/// A webhook that serves.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    pub(crate) metrics: WebhookMetrics,
    trust: Trust,
    server: JoinHandle<Drained>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(CertificateFiles::in_dir)
    }

    /// With files that the test puts there, or does not.
    pub(crate) fn with(files: impl FnOnce(&Path) -> CertificateFiles) -> Self {
        let logs = CapturedLogs::scoped();
        let dir = tempfile::tempdir().unwrap();
        let clock = ManualTime::at_unix(NOW);
        let files = files(dir.path());
        let certificates = CertificateStore::open(files, names(), clock.clone()).unwrap();
        Self {
            clock,
            authenticator: FakeAuthenticator::new(),
            certificates,
            dir,
            logs,
        }
    }

    pub(crate) fn webhook(&self) -> WebhookBuilder<FakeAuthenticator> {
        let metrics = WebhookMetrics::default();
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        self.certificates.register(&mut registry);
        Webhook::builder(self.authenticator.clone(), self.certificates.clone())
            .metrics(metrics, Arc::new(registry))
    }

    pub(crate) async fn serve(&self) -> Served {
        self.serve_as(self.webhook()).await
    }

    pub(crate) async fn serve_within(&self, limits: WebhookLimits) -> Served {
        self.serve_as(self.webhook().limits(limits)).await
    }

    pub(crate) async fn serve_denying(&self, status: DenialStatus) -> Served {
        self.serve_as(self.webhook().denial_status(status)).await
    }

    pub(crate) async fn serve_audited(&self, audit: AuditLog) -> Served {
        self.serve_as(self.webhook().audit(audit)).await
    }

    pub(crate) async fn serve_as(&self, builder: WebhookBuilder<FakeAuthenticator>) -> Served {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        self.serve_on(listener, builder.build())
    }

    pub(crate) fn serve_on(
        &self,
        listener: TcpListener,
        webhook: Webhook<FakeAuthenticator>,
    ) -> Served {
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let metrics = webhook.metrics().clone();
        let server = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { webhook.serve(listener, &shutdown).await }
        });
        Served {
            address,
            shutdown,
            metrics,
            trust: self.trust(),
            server,
        }
    }

    /// Trusts the certificate that is in the file.
    pub(crate) fn trust(&self) -> Trust {
        Trust::in_pem(&self.read("cert.pem"))
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.dir.path().join(name), content).unwrap();
    }

    /// Puts this certificate and this key in the place of those that are there.
    pub(crate) fn replace(&self, pair: &Pair) {
        self.write("cert.pem", &pair.certificate);
        self.write("key.pem", &pair.key);
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let scan = SecretScan::new().secret("token", &TOKEN[11..]);
            scan.assert_clean("the log", self.logs.text());
        }
    }
}

impl Served {
    pub(crate) async fn client(&self, protocol: Protocol) -> Client {
        self.client_that(&self.trust, protocol).await
    }

    pub(crate) async fn client_that(&self, trust: &Trust, protocol: Protocol) -> Client {
        let stream = trust.connect(self.address, protocol).await.unwrap();
        Client::over(stream, protocol).await
    }

    pub(crate) async fn raw(&self, protocol: Protocol) -> Raw {
        Raw(self.trust.connect(self.address, protocol).await.unwrap())
    }

    /// Waits until so many connections are open, as the server sees it.
    pub(crate) async fn until_connections(&self, number: i64) {
        while self.metrics.connections() != number {
            tokio::task::yield_now().await;
        }
    }

    /// Drops the server, as whoever has no time for its end does.
    pub(crate) fn drop_server(&self) {
        self.server.abort();
    }

    /// Waits for the end.
    pub(crate) async fn stopped(self) -> Drained {
        self.server.await.unwrap()
    }
}

pub(crate) fn names() -> ServerNames {
    ServerNames::new("127.0.0.1".parse().unwrap(), "localhost").unwrap()
}

/// A TokenReview in a version, or in none.
pub(crate) fn review(api_version: Option<&str>) -> String {
    let mut review = serde_json::json!({"metadata": {"creationTimestamp": null}, "spec": {"token": TOKEN}, "status": {"user": {}}});
    if let Some(api_version) = api_version {
        review["apiVersion"] = api_version.into();
        review["kind"] = "TokenReview".into();
    }
    review.to_string()
}
