//! What runs beside the webhook.

use std::future::Future;
use std::net::SocketAddr;

use eksauth_map_kube::{LeaderElection, StatusController};
use eksauth_server::{CertificateStore, LiveMap, serve_health};
use kube::Client;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::failed::chain;

use super::settings::ServerSettings;
use super::{certificate, listening, sources};

/// What runs until shutdown, or for as long as it likes.
#[derive(Default)]
pub(super) struct Beside {
    tasks: JoinSet<()>,
    shutdown: CancellationToken,
}

impl Beside {
    /// Ends all of it, and the webhook.
    pub(super) fn shutdown(&self) -> CancellationToken {
        self.shutdown.clone()
    }

    pub(super) fn follow_mappings(
        &mut self,
        settings: &mut ServerSettings,
        map: LiveMap,
        client: Option<Client>,
    ) {
        let running = sources::backends(settings, map, client).run(self.shutdown());
        self.tasks.spawn(async move {
            if let Err(error) = running.await {
                tracing::error!(error = chain(&error, ": "), "the backends do not run");
            }
        });
    }

    /// Of all servers with an election, one writes.
    pub(super) fn write_status(&mut self, client: Client, election: Option<LeaderElection>) {
        let mut controller = StatusController::new(client);
        if let Some(election) = election {
            controller = controller.with_leader_election(election);
        }
        let stop = self.shutdown().cancelled_owned();
        self.tasks.spawn(controller.run(stop));
    }

    pub(super) fn follow_certificate(&mut self, certificates: CertificateStore) {
        let following = certificate::reload_on_change(certificates);
        self.tasks.spawn(until(self.shutdown(), following));
    }

    pub(super) async fn answer_probes(&mut self, address: Option<SocketAddr>) {
        if let Some(listener) = listening::health(address).await {
            let shutdown = self.shutdown();
            self.tasks
                .spawn(async move { serve_health(listener, &shutdown).await });
        }
    }

    /// Waits until all of it has ended.
    pub(super) async fn ended(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn until(stop: CancellationToken, work: impl Future<Output = ()>) {
    stop.run_until_cancelled(work).await;
}
