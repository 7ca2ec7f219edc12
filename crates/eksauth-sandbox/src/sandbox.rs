//! A sandbox, from its start to its end.

mod admins;
mod builder;
mod clients;
mod clusters;
mod environment;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use futures_util::future::join_all;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::aws::Aws;
use crate::event::{Event, Events};
use crate::folder::Folder;
use crate::kubernetes::Objects;
use crate::net::Serving;
use crate::remote::Controls;
use crate::seat::ApiServer;
use crate::{AccessKey, CounterSnapshot, Faults, SessionCredentials, SessionError};

pub use admins::ADMIN_KUBECONFIG_VARIABLE;
pub use builder::SandboxBuilder;
pub use environment::Environment;

/// A local AWS and Kubernetes that are up.
///
/// AWS is STS and EKS: signatures, dates and session tokens are checked for real. Each active cluster
/// has a Kubernetes API server that verifies tokens with that STS, as a cluster of Amazon EKS does.
/// Everything is on loopback, on ports that the system has chosen, and in a temporary folder; any
/// number of sandboxes can be up at the same time.
///
/// Dropping it ends it; [`Sandbox::stop`] also waits for the end.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_sandbox::Sandbox;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::builder(SystemTimeSource::new()).start().await?;
///
/// // For programs: `KUBECONFIG`, `AWS_ACCESS_KEY_ID` and what else they look for.
/// let environment = sandbox.environment();
/// assert!(environment.set().iter().any(|(name, _)| *name == "KUBECONFIG"));
///
/// // For libraries: addresses, roots and keys.
/// let demo = sandbox.cluster("demo").expect("it is in the default world");
/// assert!(demo.server().starts_with("https://127.0.0.1:"));
///
/// // What goes wrong at AWS is up to the test.
/// sandbox.faults().set_outage(true);
///
/// sandbox.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    aws: Aws,
    controls: Controls,
    events: Events,
    region: String,
    ca_pem: String,
    aws_server: Serving,
    proxy: Serving,
    remote: Serving,
    environment: Environment,
    admin_kubeconfig: Option<PathBuf>,
    clusters: Vec<RunningCluster>,
    api_servers: Vec<ApiServer>,
    folder: Folder,
    ending: Ending,
}

impl Sandbox {
    /// A sandbox to be started, with this clock: AWS, the verifiers and the certificates go by it.
    pub fn builder(
        time_source: impl aws_smithy_async::time::TimeSource + 'static,
    ) -> SandboxBuilder {
        SandboxBuilder::new(time_source)
    }

    /// What goes wrong at AWS.
    pub fn faults(&self) -> &Faults {
        &self.controls.faults
    }

    /// What was asked of it so far.
    pub fn counters(&self) -> CounterSnapshot {
        self.controls.counters.snapshot()
    }

    /// Tokens that are presented to its API servers from now on. The same token with the same outcome
    /// is told once.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.listen()
    }

    /// The region that its clients use unless they say otherwise.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The URL of its AWS, for clients whose endpoint can be set (`endpoint_url`). It answers for STS
    /// and EKS.
    ///
    /// Tokens that are presigned with it are good for nothing: verifiers accept AWS's own hosts only.
    /// [`Sandbox::proxy_url`] is for those.
    pub fn aws_url(&self) -> String {
        format!("https://{}", self.aws_address())
    }

    /// Where its AWS listens: for `connect-to`, and for resolvers of tests.
    pub fn aws_address(&self) -> SocketAddr {
        self.aws_server.local_addr()
    }

    /// The URL of the proxy through which AWS's own host names lead to it.
    pub fn proxy_url(&self) -> String {
        format!("http://{}", self.proxy.local_addr())
    }

    /// The root certificate of everything in it, in PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The access keys of its users.
    pub fn access_keys(&self) -> &[AccessKey] {
        self.aws.access_keys()
    }

    /// Credentials of a role's session, without anybody assuming it.
    ///
    /// # Errors
    ///
    /// [`SessionError`] when the world has no such role, or no session can be called so.
    pub fn session(
        &self,
        role_arn: &str,
        session_name: &str,
    ) -> Result<SessionCredentials, SessionError> {
        self.aws.session(role_arn, session_name)
    }

    /// A web identity token of a subject such as `system:serviceaccount:default:app`, good for an
    /// hour.
    pub fn web_identity_token(&self, subject: &str) -> Zeroizing<String> {
        const LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
        self.aws
            .web_identity_token(subject, "sts.amazonaws.com", LIFETIME)
    }

    /// A cluster with an API server.
    pub fn cluster(&self, name: &str) -> Option<&RunningCluster> {
        self.clusters.iter().find(|it| it.name == name)
    }

    /// All clusters with an API server.
    pub fn clusters(&self) -> &[RunningCluster] {
        &self.clusters
    }

    /// What a command inside it finds in its environment.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The kubeconfig, with a context for each cluster, user and role that is mapped in it. Its users
    /// run `eksauth token`.
    pub fn kubeconfig(&self) -> PathBuf {
        clients::kubeconfig(&self.folder)
    }

    /// A kubeconfig of a member of `system:masters` by a client certificate, with a context for each
    /// cluster, named as it is. `None` unless a real control plane is there.
    pub fn admin_kubeconfig(&self) -> Option<&Path> {
        self.admin_kubeconfig.as_deref()
    }

    /// Its temporary folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it: no new connections, watches and requests come to their end within about a second, the
    /// temporary folder is removed.
    pub async fn stop(self) {
        self.ending.token().cancel();
        join_all(self.api_servers.into_iter().map(|it| it.stopped)).await;
        self.proxy.stopped().await;
        self.aws_server.stopped().await;
        self.remote.stopped().await;
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("aws", &self.aws_url())
            .field("proxy", &self.proxy_url())
            .field("clusters", &self.clusters)
            .finish_non_exhaustive()
    }
}

/// A cluster with an API server.
#[derive(Clone, Debug)]
pub struct RunningCluster {
    name: String,
    token_cluster: String,
    region: String,
    server: String,
    ca_pem: String,
    objects: Option<Objects>,
}

impl RunningCluster {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What tokens for it are signed for: its name, or its id on Outposts.
    pub fn token_cluster(&self) -> &str {
        &self.token_cluster
    }

    /// Its region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The URL of its API server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The root certificate of its API server, in PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Its namespaces and pods; `None` when a real control plane has them.
    pub fn objects(&self) -> Option<&Objects> {
        self.objects.as_ref()
    }
}

/// Whoever drops a sandbox without stopping it leaves no server behind either.
#[derive(Default)]
struct Ending(CancellationToken);

impl Ending {
    /// Is cancelled at the end.
    fn token(&self) -> &CancellationToken {
        &self.0
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
