//! Whom kube-apiserver asks about tokens.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use aws_smithy_async::time::SharedTimeSource;
use eksauth_server::{CertificateFiles, CertificateStore, ServerNames, WebhookKubeconfig};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::SandboxError;
use crate::gate::Gate;

use super::home::Home;

const KUBECONFIG: &str = "webhook-kubeconfig";

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A webhook, in this process or in another one.
pub(super) struct Webhook {
    kubeconfig: PathBuf,
    /// Ours.
    serving: Option<JoinHandle<()>>,
}

impl Webhook {
    /// Another process, by the kubeconfig that leads to it.
    pub(super) fn external(kubeconfig: &Path) -> Result<Self, SandboxError> {
        // kube-apiserver runs in a folder of its own.
        match std::path::absolute(kubeconfig) {
            Ok(kubeconfig) => Ok(Self {
                kubeconfig,
                serving: None,
            }),
            Err(source) => Err(SandboxError::File {
                path: kubeconfig.to_owned(),
                source,
            }),
        }
    }

    /// One of our own, which asks the gate until the sandbox ends. It is what `eksauth server` serves,
    /// with a certificate that it makes itself.
    pub(super) async fn serve(
        gate: Gate,
        time_source: SharedTimeSource,
        shutdown: CancellationToken,
        home: &Home,
    ) -> Result<Self, SandboxError> {
        let names = ServerNames::new(ADDRESS, "localhost").map_err(network)?;
        let files = CertificateFiles::in_dir(home.path());
        let certificates = CertificateStore::open(files, names.clone(), time_source);
        let certificates = certificates.map_err(network)?;
        let listener = TcpListener::bind((ADDRESS, 0)).await.map_err(network)?;
        let port = listener.local_addr().map_err(network)?.port();
        let kubeconfig = home.path().join(KUBECONFIG);
        let leading_here = WebhookKubeconfig::new(&names, port, &certificates);
        leading_here.write(&kubeconfig).map_err(network)?;
        let webhook = eksauth_server::Webhook::builder(gate, certificates).build();
        let serving = tokio::spawn(async move {
            webhook.serve(listener, &shutdown).await;
        });
        Ok(Self {
            kubeconfig,
            serving: Some(serving),
        })
    }

    pub(super) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Waits until it has ended, which it does on its own at the end of the sandbox.
    pub(super) async fn stopped(self) {
        if let Some(serving) = self.serving {
            // It does not panic, and nobody else can abort it.
            let _ = serving.await;
        }
    }
}

fn network(error: impl Error + Send + Sync + 'static) -> SandboxError {
    SandboxError::Network(Box::new(error))
}
