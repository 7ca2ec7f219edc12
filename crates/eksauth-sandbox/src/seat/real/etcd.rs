//! The store of a control plane.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::SandboxError;

use super::ControlPlaneError;
use super::home::Home;
use super::process::{Process, Watched};
use super::programs::Programs;

/// Below the home, which alone keeps others out: etcd asks nobody who they are. Relative, since the
/// names of sockets must be short.
const CLIENTS: &str = "etcd.sock";
const PEERS: &str = "etcd-peers.sock";

/// It takes less than a second, unless the machine is busy.
const READY_WITHIN: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(50);

/// An etcd of one member that keeps nothing.
pub(super) struct Etcd(Process);

impl Etcd {
    pub(super) async fn start(programs: &Programs, home: &Home) -> Result<Self, SandboxError> {
        let etcd = Self(Process::start("etcd", &programs.etcd, &arguments(), home)?);
        let socket = home.path().join(CLIENTS);
        let listening = async {
            while !socket.exists() {
                etcd.check()?;
                sleep(PAUSE).await;
            }
            Ok(())
        };
        match timeout(READY_WITHIN, listening).await {
            Ok(listens) => listens.map(|()| etcd).map_err(ControlPlaneError::into),
            Err(_) => {
                let missing = "it does not listen".to_owned();
                Err(etcd.0.not_ready(READY_WITHIN.as_secs(), missing).into())
            }
        }
    }

    /// Where programs find it that run in the same folder.
    pub(super) fn url(&self) -> String {
        format!("unix://{CLIENTS}")
    }

    /// Fails when it has ended.
    pub(super) fn check(&self) -> Result<(), ControlPlaneError> {
        self.0.check()
    }

    pub(super) fn watched(&self) -> Watched {
        self.0.watched()
    }
}

fn arguments() -> Vec<String> {
    [
        "--name=sandbox".to_owned(),
        "--data-dir=etcd".to_owned(),
        // What is lost with the machine would not have outlived the sandbox either.
        "--unsafe-no-fsync".to_owned(),
        "--log-level=warn".to_owned(),
        format!("--listen-client-urls=unix://{CLIENTS}"),
        format!("--advertise-client-urls=unix://{CLIENTS}"),
        format!("--listen-peer-urls=unix://{PEERS}"),
        format!("--initial-advertise-peer-urls=unix://{PEERS}"),
        format!("--initial-cluster=sandbox=unix://{PEERS}"),
    ]
    .to_vec()
}
