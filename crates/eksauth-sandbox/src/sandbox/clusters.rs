//! Starting the clusters.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_async::time::SharedTimeSource;
use eksauth_server::map::BackendMode;
use eksauth_server::{
    Authenticator, BuildError, ConnectTo, Limits, LiveMap, StsConnection, Verifier,
};
use eksauth_token::{ClusterId, Policy};
use tokio_util::sync::CancellationToken;

use crate::event::Events;
use crate::folder::Folder;
use crate::gate::Gate;
use crate::net::Authority;
use crate::remote::Controls;
use crate::seat::{ApiServer, ControlPlane, Seat};
use crate::world::Cluster;
use crate::{SandboxError, World, WorldError};

use super::RunningCluster;

/// What every cluster of a sandbox stands on.
pub(super) struct Ground<'a> {
    pub(super) world: &'a World,
    pub(super) time_source: &'a SharedTimeSource,
    pub(super) limits: &'a Limits,
    pub(super) authority: &'a Authority,
    /// Where AWS listens.
    pub(super) aws_address: SocketAddr,
    pub(super) controls: &'a Controls,
    pub(super) events: &'a Events,
    pub(super) folder: &'a Folder,
    pub(super) shutdown: &'a CancellationToken,
}

impl Ground<'_> {
    /// Starts the API server of a cluster.
    pub(super) async fn start(
        &self,
        cluster: &Cluster,
        control_plane: &dyn ControlPlane,
    ) -> Result<(RunningCluster, ApiServer), SandboxError> {
        let seat = Seat {
            cluster: &cluster.name,
            gate: self.gate(cluster)?,
            authority: self.authority,
            counters: Arc::clone(&self.controls.counters),
            time_source: self.time_source.clone(),
            folder: self.folder.path(),
            shutdown: self.shutdown.clone(),
        };
        let api_server = control_plane.start(seat).await?;
        let running = RunningCluster {
            name: cluster.name.clone(),
            token_cluster: cluster.token_id().to_owned(),
            region: cluster.region.as_str().to_owned(),
            server: api_server.url.clone(),
            ca_pem: api_server.ca_pem.clone(),
            objects: api_server.objects.clone(),
        };
        Ok((running, api_server))
    }

    fn gate(&self, cluster: &Cluster) -> Result<Gate, SandboxError> {
        let id = ClusterId::new(cluster.token_id())
            .map_err(|error| WorldError::caused(&format!("clusters: `{}`", cluster.name), error))?;
        let verifier = self.verifier(&id, cluster);
        let verifier = verifier.map_err(|reason| SandboxError::Verifier {
            cluster: cluster.name.clone(),
            reason,
        })?;
        Ok(Gate::new(
            id,
            // What a client does when its cluster refuses a token, even for STS's sake, is for it to show.
            Authenticator::new(verifier, self.map(cluster)).with_patience(Duration::ZERO),
            self.controls.faults.clone(),
            self.events.clone(),
            Arc::clone(&self.controls.counters),
        ))
    }

    /// What the world says is all there is, as in a configuration file.
    fn map(&self, cluster: &Cluster) -> LiveMap {
        let mode = BackendMode::MountedFile;
        let map = LiveMap::new(vec![mode], self.time_source.clone());
        map.publish(mode, cluster.mappings.clone());
        map
    }

    /// As strict as any: AWS's names lead to the sandbox, and its CA alone is trusted.
    fn verifier(&self, id: &ClusterId, cluster: &Cluster) -> Result<Verifier, BuildError> {
        let connection = StsConnection::new()
            .without_system_roots()
            .with_roots(self.authority.pem().as_bytes())?
            .with_connect_to(ConnectTo::everything_to(self.aws_address));
        let policy = Policy::new(self.world.partition()).with_own_region(cluster.region.clone());
        Verifier::builder(id.clone(), policy, self.time_source.clone())
            .limits(self.limits.clone())
            .connection(connection)
            .build()
    }
}
