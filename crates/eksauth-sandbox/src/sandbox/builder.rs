//! Starting a sandbox.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth_server::Limits;
use hyper_util::service::TowerToHyperService;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::aws::{Aws, AwsOptions};
use crate::event::Events;
use crate::folder::Folder;
use crate::net::{Authority, NetError, Serving, proxy, serve, whole};
use crate::remote::{self, Controls, Remote, SANDBOX_VARIABLE};
use crate::seat::{ControlPlane, Embedded};
use crate::{RealControlPlane, SandboxError, World};

use super::admins::{self, ADMIN_KUBECONFIG_VARIABLE};
use super::clients::Clients;
use super::clusters::Ground;
use super::{Ending, Sandbox};

/// How long STS honours a presigned request, unless a test wants it shorter.
const PRESIGNED_LIFETIME: Duration = Duration::from_mins(15);

/// A [`Sandbox`] to be started.
pub struct SandboxBuilder {
    world: World,
    time_source: SharedTimeSource,
    presigned_lifetime: Duration,
    limits: Limits,
    eksauth: Option<PathBuf>,
    control_plane: Box<dyn ControlPlane>,
}

impl SandboxBuilder {
    pub(super) fn new(time_source: impl TimeSource + 'static) -> Self {
        Self {
            world: World::default(),
            time_source: SharedTimeSource::new(time_source),
            presigned_lifetime: PRESIGNED_LIFETIME,
            limits: Limits::default(),
            eksauth: None,
            control_plane: Box::new(Embedded),
        }
    }

    /// Another world than [`World::default()`].
    #[must_use]
    pub fn world(mut self, world: World) -> Self {
        self.world = world;
        self
    }

    /// How long STS honours a presigned request after it was signed. 15 minutes, as at AWS; seconds
    /// show what happens at the end of a token without waiting for it.
    #[must_use]
    pub fn presigned_lifetime(mut self, lifetime: Duration) -> Self {
        self.presigned_lifetime = lifetime;
        self
    }

    /// Other bounds for the clusters' verifiers.
    #[must_use]
    pub fn verifier_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where the program `eksauth` is: for the kubeconfig, and for the `PATH` of commands inside.
    /// Without it the kubeconfig says `eksauth`, wherever that is found.
    #[must_use]
    pub fn eksauth(mut self, program: impl Into<PathBuf>) -> Self {
        self.eksauth = Some(program.into());
        self
    }

    /// A real control plane in place of the embedded API, in every cluster.
    #[must_use]
    pub fn control_plane(mut self, control_plane: RealControlPlane) -> Self {
        self.control_plane = Box::new(control_plane);
        self
    }

    /// Starts it. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    ///
    /// [`SandboxError`] when the world cannot be, the machine has no port, folder or randomness to give,
    /// or a real control plane does not come up. Nothing is left behind then.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        let ending = Ending::default();
        let folder = Folder::new()?;
        let controls = Controls::new()?;
        let events = Events::new();
        let authority = Authority::new(self.now())?;
        let aws = self.aws(&controls)?;
        let (aws_server, proxy) = serve_aws(&aws, &authority, ending.token()).await?;

        let ground = Ground {
            world: &self.world,
            time_source: &self.time_source,
            limits: &self.limits,
            authority: &authority,
            aws_address: aws_server.local_addr(),
            controls: &controls,
            events: &events,
            folder: &folder,
            shutdown: ending.token(),
        };
        let mut clusters = Vec::new();
        let mut api_servers = Vec::new();
        let serving = self.world.clusters.iter();
        for cluster in serving.filter(|it| it.status.has_endpoint()) {
            let (running, api_server) = ground.start(cluster, &*self.control_plane).await?;
            aws.set_cluster_endpoint(
                running.name(),
                running.server().to_owned(),
                running.ca_pem().to_owned(),
            );
            clusters.push(running);
            api_servers.push(api_server);
        }

        let clients = Clients {
            world: &self.world,
            clusters: &clusters,
            keys: aws.access_keys(),
            ca_pem: &authority.pem(),
            proxy: proxy.local_addr(),
            eksauth: self.eksauth.as_deref(),
        };
        let mut environment = clients.settle_in(&folder)?;
        let administered = clusters.iter().zip(&api_servers);
        let administered: Vec<_> = administered
            .filter_map(|(cluster, server)| Some((cluster, server.admin.as_ref()?)))
            .collect();
        let admin_kubeconfig = admins::write(&folder, &administered)?;
        if let Some(path) = &admin_kubeconfig {
            let path = path.display().to_string();
            environment.set.push((ADMIN_KUBECONFIG_VARIABLE, path));
        }
        let (remote, variable) = serve_remote(&controls, ending.token()).await?;
        environment.set.push((SANDBOX_VARIABLE, variable));
        Ok(Sandbox {
            aws,
            controls,
            events,
            region: self.world.region.as_str().to_owned(),
            ca_pem: authority.pem(),
            aws_server,
            proxy,
            remote,
            environment,
            admin_kubeconfig,
            clusters,
            api_servers,
            folder,
            ending,
        })
    }

    fn aws(&self, controls: &Controls) -> Result<Aws, SandboxError> {
        let options = AwsOptions {
            time_source: self.time_source.clone(),
            presigned_lifetime: self.presigned_lifetime,
        };
        let (faults, counters) = (controls.faults.clone(), Arc::clone(&controls.counters));
        Ok(Aws::new(&self.world, options, faults, counters)?)
    }

    fn now(&self) -> Timestamp {
        Timestamp::try_from(self.time_source.now()).unwrap_or(Timestamp::MAX)
    }
}

async fn serve_aws(
    aws: &Aws,
    authority: &Authority,
    shutdown: &CancellationToken,
) -> Result<(Serving, Serving), NetError> {
    let service = {
        let aws = aws.clone();
        whole(move |request| {
            let aws = aws.clone();
            async move { aws.answer(request).await }
        })
    };
    let tls = authority.aws_server_config()?;
    let server = serve(listener().await?, Some(tls), service.clone(), shutdown)?;
    let proxy = proxy(listener().await?, authority, service, shutdown)?;
    Ok((server, proxy))
}

/// Also the value of the variable that leads to it.
async fn serve_remote(
    controls: &Controls,
    shutdown: &CancellationToken,
) -> Result<(Serving, String), NetError> {
    let service = TowerToHyperService::new(remote::router(controls.clone()));
    let serving = serve(listener().await?, None, service, shutdown)?;
    let variable = Remote::variable(serving.local_addr(), &controls.password);
    Ok((serving, variable))
}

/// On a port that the system chooses.
async fn listener() -> Result<TcpListener, NetError> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).await?)
}
