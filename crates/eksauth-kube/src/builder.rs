//! From the name of a cluster to a client.

mod look_up;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth::token::{ClusterId, Region};
use eksauth::{AssumeRole, Context, CredentialCache, MfaPrompt, RefreshPolicy, Refresher};
use http::Uri;
use kube::Client;

use crate::identity::{Identity, Refresh};
use crate::reach::Reach;
use crate::{ConnectError, EksConnection};

/// Connects to a cluster by its name, with the credentials of this process, and stays logged in.
///
/// The region is that of `AWS_REGION`, `AWS_DEFAULT_REGION` or the active profile; more can be said with
/// [`EksClientBuilder`].
///
/// # Errors
///
/// One variant of [`ConnectError`] for each thing that a user can mend.
///
/// # Examples
///
/// ```no_run
/// use eksauth_kube::k8s_openapi::api::core::v1::Pod;
/// use eksauth_kube::kube::Api;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = eksauth_kube::connect("prod").await?;
/// let pods: Api<Pod> = Api::default_namespaced(client);
/// for pod in pods.list(&Default::default()).await? {
///     println!("{}", pod.metadata.name.unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
pub async fn connect(name: impl Into<String>) -> Result<Client, ConnectError> {
    EksClientBuilder::new(name).connect().await
}

/// Connects to a cluster of Amazon EKS.
///
/// Where nothing else is said, everything is found as the AWS CLI finds it, in the environment of the
/// process and in `~/.aws`.
///
/// # Examples
///
/// A cluster of another account, whose role may enter the cluster but not describe it:
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use eksauth_kube::EksClientBuilder;
/// use eksauth_kube::eksauth::AssumeRole;
/// use eksauth_kube::eksauth::token::Region;
///
/// let client = EksClientBuilder::new("prod")
///     .region(Region::new("eu-west-1")?)
///     .role(AssumeRole::new("arn:aws:iam::444455556666:role/Deployer")?)
///     .describe_role(AssumeRole::new("arn:aws:iam::444455556666:role/Viewer")?)
///     .connect()
///     .await?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
///
/// A cluster that is known already: no call to EKS, and no permission for it.
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use eksauth_kube::EksClientBuilder;
///
/// let endpoint = "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com".parse()?;
/// let client = EksClientBuilder::new("prod")
///     .known(endpoint, std::fs::read("prod-ca.pem")?)
///     .connect()
///     .await?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct EksClientBuilder {
    name: String,
    identity: Identity,
    reach: Reach,
    describe_role: Option<AssumeRole>,
    known: Option<Known>,
    token_cluster: Option<ClusterId>,
}

#[derive(Clone, Debug)]
struct Known {
    endpoint: Uri,
    certificate_authority: Vec<u8>,
}

impl EksClientBuilder {
    /// Connects to the cluster of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            identity: Identity::default(),
            reach: Reach::default(),
            describe_role: None,
            known: None,
            token_cluster: None,
        }
    }

    /// The cluster's region. Unless set: that of `AWS_REGION`, of `AWS_DEFAULT_REGION`, of the profile, of
    /// the endpoint if it is [known](Self::known), of the EC2 instance.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.identity.region = Some(region);
        self
    }

    /// The profile of `~/.aws/config` and `~/.aws/credentials` to take credentials from. Unless set:
    /// `AWS_PROFILE`, or `default`.
    #[must_use]
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.identity.profile = Some(profile.into());
        self
    }

    /// The role to sign tokens with, assumed with the credentials found.
    #[must_use]
    pub fn role(mut self, role: AssumeRole) -> Self {
        self.identity.role = Some(role);
        self
    }

    /// The role to describe the cluster with (`eks:DescribeCluster`), assumed with the credentials
    /// found. Unless set, those describe it themselves; and where they find no such cluster or may not
    /// look, the [role for tokens](Self::role) does.
    #[must_use]
    pub fn describe_role(mut self, role: AssumeRole) -> Self {
        self.describe_role = Some(role);
        self
    }

    /// Credentials of your own, instead of those that the environment and the profile tell of.
    #[must_use]
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.identity.set_provider(provider);
        self
    }

    /// Keeps credentials of assumed roles and of SSO on disk, as the command line does, and shares them
    /// with it. Unless set, nothing is written.
    #[must_use]
    pub fn credential_cache(mut self, cache: CredentialCache) -> Self {
        self.identity.cache = Some(cache);
        self
    }

    /// Asks here for the codes of MFA devices, when a role demands one. Unless set, that is an
    /// error.
    #[must_use]
    pub fn mfa_prompt(mut self, prompt: Arc<dyn MfaPrompt>) -> Self {
        self.identity.mfa = Some(prompt);
        self
    }

    /// The URL of the API server and the certificates (PEM) to trust it by: the cluster is not looked
    /// up then.
    #[must_use]
    pub fn known(mut self, endpoint: Uri, certificate_authority: impl Into<Vec<u8>>) -> Self {
        self.known = Some(Known {
            endpoint,
            certificate_authority: certificate_authority.into(),
        });
        self
    }

    /// What tokens are bound to, if not to the name or to what EKS says: the id of a local cluster on
    /// Outposts.
    #[must_use]
    pub fn cluster_id(mut self, id: ClusterId) -> Self {
        self.token_cluster = Some(id);
        self
    }

    /// The proxy to reach the API server through: `http://[user:password@]host:port`, or `socks5://…`
    /// with the feature `socks5`. Unless set: `HTTPS_PROXY` or `ALL_PROXY`, and `NO_PROXY`.
    #[must_use]
    pub fn proxy(mut self, proxy: Uri) -> Self {
        self.reach.proxy = Some(proxy);
        self
    }

    /// The namespace of `Api::default_namespaced`: `default` unless set.
    #[must_use]
    pub fn default_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.reach.namespace = Some(namespace.into());
        self
    }

    /// How long a connection to the API server may take: kube's half a minute unless set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.reach.connect_timeout = Some(timeout);
        self
    }

    /// How long the API server may be silent: unlimited unless set, since watches are silent for
    /// long.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.reach.read_timeout = Some(timeout);
        self
    }

    /// How long sending may stall: kube's five minutes less five seconds unless set.
    #[must_use]
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.reach.write_timeout = Some(timeout);
        self
    }

    /// When tokens are renewed.
    #[must_use]
    pub fn refresh_policy(mut self, policy: RefreshPolicy) -> Self {
        self.identity.refresh = Refresh::Own(policy);
        self
    }

    /// Who renews tokens: one refresher can serve any number of clients. Unless set, each has its
    /// own.
    #[must_use]
    pub fn refresher(mut self, refresher: &Refresher) -> Self {
        self.identity.refresh = Refresh::Shared(refresher.clone());
        self
    }

    /// Environment variables, clock, files and network to use instead of the process's.
    #[must_use]
    pub fn context(mut self, context: Context) -> Self {
        self.identity.context = Some(context);
        self
    }

    /// The clock to use instead of the system's.
    #[must_use]
    pub fn time_source(mut self, time_source: impl TimeSource + 'static) -> Self {
        self.identity.time_source = Some(SharedTimeSource::new(time_source));
        self
    }

    /// Looks the cluster up and makes a client that stays logged in. The first token is signed for
    /// the first request.
    ///
    /// # Errors
    ///
    /// One variant of [`ConnectError`] for each thing that a user can mend.
    pub async fn connect(self) -> Result<Client, ConnectError> {
        self.resolve().await?.client()
    }

    /// The same, before a client is made of it.
    ///
    /// # Errors
    ///
    /// As of [`EksClientBuilder::connect`].
    pub async fn resolve(self) -> Result<EksConnection, ConnectError> {
        // The future of a call of the AWS SDK is too deep a type to be part of a caller's.
        let resolving: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(self.look_up());
        resolving.await
    }
}

impl EksClientBuilder {
    /// Connects to any cluster, with credentials and a refresher that all of them share.
    pub(crate) fn sharing(mut self) -> Self {
        // They are those of one cluster alone.
        self.known = None;
        self.token_cluster = None;
        let refresher = self.identity.refresh.refresher();
        self.identity.refresh = Refresh::Shared(refresher);
        self.identity.pool = Some(Arc::default());
        self
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }
}
