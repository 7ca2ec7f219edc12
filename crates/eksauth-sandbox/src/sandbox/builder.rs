//! Starting a sandbox.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use data_encoding::HEXLOWER;
use eksauth_server::{Authenticator, ConnectTo, Limits, StsConnection, Verifier};
use eksauth_token::{ClusterId, Policy};
use hyper_util::service::TowerToHyperService;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::aws::{Aws, AwsOptions};
use crate::event::Events;
use crate::folder::{self, Folder, KubeContext};
use crate::gate::Gate;
use crate::net::{Authority, NetError, Serving, proxy, serve, whole};
use crate::remote::{self, Controls, Remote, SANDBOX_VARIABLE};
use crate::seat::{ApiServer, ControlPlane, Embedded, Seat};
use crate::world::Cluster;
use crate::{Counters, Faults, SandboxError, World, WorldError};

use super::{Ending, Environment, RunningCluster, Sandbox};

pub(super) const KUBECONFIG: &str = "kubeconfig";

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

    /// Starts it. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    ///
    /// [`SandboxError`] when the world cannot be, or the machine has no port, folder or randomness to
    /// give. Nothing is left behind then.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        let shutdown = CancellationToken::new();
        let ending = Ending(shutdown.clone());
        let folder = Folder::new()?;
        let faults = Faults::default();
        let counters = Arc::new(Counters::default());
        let events = Events::new();
        let authority = Authority::new(self.now())?;
        let aws = self.aws(&faults, &counters)?;
        let (aws_server, proxy) = serve_aws(&aws, &authority, &shutdown).await?;

        let mut clusters = Vec::new();
        let mut api_servers = Vec::new();
        for cluster in self
            .world
            .clusters
            .iter()
            .filter(|it| it.status.has_endpoint())
        {
            let gate = self.gate(
                cluster,
                &aws_server,
                &authority,
                &faults,
                &events,
                &counters,
            )?;
            let seat = Seat {
                gate,
                authority: &authority,
                counters: Arc::clone(&counters),
                time_source: self.time_source.clone(),
                shutdown: shutdown.clone(),
            };
            let api_server = self.control_plane.start(seat).await?;
            let running = running(cluster, &api_server);
            aws.set_cluster_endpoint(
                running.name(),
                running.server.clone(),
                running.ca_pem.clone(),
            );
            clusters.push(running);
            api_servers.push(api_server);
        }

        let (remote, variable) = serve_remote(&faults, &counters, &shutdown).await?;
        let mut environment = self.environment(&folder, &aws, &authority, &proxy, &clusters)?;
        environment.set.push((SANDBOX_VARIABLE, variable));
        Ok(Sandbox {
            aws,
            faults,
            counters,
            events,
            region: self.world.region.as_str().to_owned(),
            ca_pem: authority.pem(),
            aws_server,
            proxy,
            remote,
            environment,
            clusters,
            api_servers,
            folder,
            ending,
        })
    }

    fn aws(&self, faults: &Faults, counters: &Arc<Counters>) -> Result<Aws, SandboxError> {
        let options = AwsOptions {
            time_source: self.time_source.clone(),
            presigned_lifetime: self.presigned_lifetime,
        };
        Ok(Aws::new(
            &self.world,
            options,
            faults.clone(),
            Arc::clone(counters),
        )?)
    }

    fn gate(
        &self,
        cluster: &Cluster,
        aws_server: &Serving,
        authority: &Authority,
        faults: &Faults,
        events: &Events,
        counters: &Arc<Counters>,
    ) -> Result<Gate, SandboxError> {
        let unusable = |reason| SandboxError::Verifier {
            cluster: cluster.name.clone(),
            reason,
        };
        let connection = StsConnection::new()
            .without_system_roots()
            .with_connect_to(ConnectTo::everything_to(aws_server.local_addr()))
            .with_roots(authority.pem().as_bytes())
            .map_err(unusable)?;
        let region = cluster.region.clone();
        let policy = Policy::new(self.world.partition()).with_own_region(region);
        let id = ClusterId::new(cluster.token_id())
            .map_err(|error| WorldError::caused(&format!("clusters: `{}`", cluster.name), error))?;
        let verifier = Verifier::builder(id.clone(), policy, self.time_source.clone())
            .limits(self.limits.clone())
            .connection(connection)
            .build()
            .map_err(unusable)?;
        let map = cluster.access.identity_map.clone();
        Ok(Gate::new(
            id,
            Authenticator::new(verifier, map),
            faults.clone(),
            events.clone(),
            Arc::clone(counters),
        ))
    }

    fn environment(
        &self,
        folder: &Folder,
        aws: &Aws,
        authority: &Authority,
        proxy: &Serving,
        clusters: &[RunningCluster],
    ) -> Result<Environment, SandboxError> {
        let region = self.world.region.as_str();
        let roles = self.roles();
        let keys = aws.access_keys();
        let eksauth = match &self.eksauth {
            Some(program) => program.clone(),
            None => PathBuf::from("eksauth"),
        };
        let kubeconfig = folder::kubeconfig(&self.contexts(clusters), &eksauth);
        let file = |name: &str, text: &str| {
            let path = folder.write(name, text)?;
            Ok::<_, SandboxError>(path.display().to_string())
        };
        let proxy = format!("http://{}", proxy.local_addr());
        let no_proxy = "127.0.0.1,localhost,::1".to_owned();
        let mut set = vec![
            ("KUBECONFIG", file(KUBECONFIG, &kubeconfig)?),
            ("AWS_REGION", region.to_owned()),
            ("AWS_DEFAULT_REGION", region.to_owned()),
            (
                "AWS_CONFIG_FILE",
                file("aws-config", &folder::profiles(region, &roles, keys))?,
            ),
            (
                "AWS_SHARED_CREDENTIALS_FILE",
                file("aws-credentials", &folder::credentials(keys))?,
            ),
            ("AWS_CA_BUNDLE", file("ca.pem", &authority.pem())?),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("HTTPS_PROXY", proxy.clone()),
            ("https_proxy", proxy),
            ("NO_PROXY", no_proxy.clone()),
            ("no_proxy", no_proxy),
            // What was cached outside belongs to other keys, and what is cached here ends with it.
            (
                "EKSAUTH_CACHE_DIR",
                folder.path().join("cache").display().to_string(),
            ),
        ];
        if let Some(key) = keys.first() {
            set.push(("AWS_ACCESS_KEY_ID", key.id().to_owned()));
            set.push(("AWS_SECRET_ACCESS_KEY", key.secret_access_key().to_owned()));
        }
        let program = self.eksauth.as_ref();
        let path = program
            .map(|program| folder.link(program, "eksauth"))
            .transpose()?;
        Ok(Environment { set, path })
    }

    /// Names and ARNs.
    fn roles(&self) -> Vec<(String, String)> {
        let roles = self.world.roles.iter();
        roles
            .map(|role| (role.name.clone(), role.arn.clone()))
            .collect()
    }

    /// A context for each cluster and role that may be assumed with nothing but the keys at hand. The
    /// first cluster's are named by the role alone.
    fn contexts(&self, clusters: &[RunningCluster]) -> Vec<KubeContext> {
        let mut contexts = Vec::new();
        for (number, cluster) in clusters.iter().enumerate() {
            let context = |who: &str, role_arn: Option<String>| KubeContext {
                name: match number {
                    0 => who.to_owned(),
                    _ => format!("{who}@{}", cluster.name),
                },
                cluster: cluster.name.clone(),
                token_cluster: cluster.token_cluster.clone(),
                server: cluster.server.clone(),
                ca_pem: cluster.ca_pem.clone(),
                region: cluster.region.clone(),
                role_arn,
            };
            for (name, arn) in self.roles() {
                contexts.push(context(&name, Some(arn)));
            }
            if let Some(user) = self.world.users.first() {
                contexts.push(context(&user.name, None));
            }
        }
        contexts
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
    faults: &Faults,
    counters: &Arc<Counters>,
    shutdown: &CancellationToken,
) -> Result<(Serving, String), SandboxError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| SandboxError::Randomness)?;
    let password = Arc::new(Zeroizing::new(HEXLOWER.encode(&random)));
    let controls = Controls {
        faults: faults.clone(),
        counters: Arc::clone(counters),
        password: Arc::clone(&password),
    };
    let service = TowerToHyperService::new(remote::router(controls));
    let listener = listener().await?;
    let serving = serve(listener, None, service, shutdown)?;
    let variable = Remote::variable(serving.local_addr(), &password);
    Ok((serving, variable))
}

/// On a port that the system chooses.
async fn listener() -> Result<TcpListener, NetError> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).await?)
}

fn running(cluster: &Cluster, api_server: &ApiServer) -> RunningCluster {
    RunningCluster {
        name: cluster.name.clone(),
        token_cluster: cluster.token_id().to_owned(),
        region: cluster.region.as_str().to_owned(),
        server: api_server.url.clone(),
        ca_pem: api_server.ca_pem.clone(),
        objects: api_server.objects.clone(),
    }
}
