//! Looking clusters up.

use std::fmt;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_eks::Client;
use eksauth_token::Region;
use tokio::sync::OnceCell;

use super::refusal::Refused;
use super::{Cluster, DescribeError, answer, name};
use crate::credentials::client_config_without_credentials;
use crate::unlogged::unlogged;
use crate::{ProviderSays, Settings};

/// Looks clusters up with the EKS API (`DescribeCluster`).
///
/// - The provider is asked for credentials before each call.
/// - Endpoints are those of the AWS SDK: `AWS_ENDPOINT_URL_EKS`, `AWS_ENDPOINT_URL`, FIPS and dual stack
///   from the environment and the active profile.
/// - A call that is throttled, or that fails on its way, is repeated as the SDK's settings say: twice,
///   unless `AWS_MAX_ATTEMPTS` or `max_attempts` says otherwise.
/// - When EKS knows no such cluster, or denies the call, STS is asked whose credentials these are, so
///   that the error can say it.
///
/// Clones share everything. It needs a tokio runtime with a timer.
///
/// # Examples
///
/// ```no_run
/// use std::sync::Arc;
///
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth::{ClusterLookup, Context, CredentialChain, Settings, find_region};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let variables: [(String, String); 0] = [];
/// let settings = Arc::new(Settings::load(Context::new(variables, SystemTimeSource::new()), None)?);
/// let (region, _) = find_region(&settings).await?;
/// let credentials = CredentialChain::new(Arc::clone(&settings), region.clone());
///
/// let cluster = ClusterLookup::new(settings, region, credentials).describe("prod").await?;
/// assert!(cluster.endpoint().starts_with("https://"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ClusterLookup {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Arc<Settings>,
    region: Region,
    credentials: SharedCredentialsProvider,
    /// Without credentials: those of each call are put in beside it.
    config: OnceCell<SdkConfig>,
}

impl ClusterLookup {
    /// A lookup in one region. Nothing is asked of anybody before the first cluster is.
    pub fn new(
        settings: Arc<Settings>,
        region: Region,
        credentials: impl ProvideCredentials + 'static,
    ) -> Self {
        let shared = Shared {
            settings,
            region,
            credentials: SharedCredentialsProvider::new(credentials),
            config: OnceCell::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Describes a cluster.
    ///
    /// # Errors
    ///
    /// One variant of [`DescribeError`] for each thing that a user can mend.
    pub async fn describe(&self, name: &str) -> Result<Cluster, DescribeError> {
        let asked = name::checked(name)?;
        let region = &self.shared.region;
        let credentials = self.shared.credentials().await?;
        let config = self.shared.config(&credentials).await;
        tracing::debug!(cluster = name, %region, "asking EKS for the cluster");
        let call = async {
            Client::new(&config)
                .describe_cluster()
                .name(name)
                .send()
                .await
        };
        match unlogged(call).await {
            Ok(answer) => answer::read(asked, region, answer.cluster),
            Err(error) => {
                let refused = Refused {
                    cluster: name,
                    region,
                    credentials: &credentials,
                    config: &config,
                };
                Err(refused.told(error).await)
            }
        }
    }
}

impl Shared {
    /// The SDK would wrap what the provider says in errors of its own.
    async fn credentials(&self) -> Result<Credentials, DescribeError> {
        let credentials = self.credentials.provide_credentials().await;
        credentials.map_err(|error| DescribeError::Credentials(ProviderSays::new(error)))
    }

    async fn config(&self, credentials: &Credentials) -> SdkConfig {
        let load = || {
            unlogged(client_config_without_credentials(
                &self.settings,
                &self.region,
            ))
        };
        let config = self.config.get_or_init(load).await;
        config
            .to_builder()
            .credentials_provider(SharedCredentialsProvider::new(credentials.clone()))
            // These are used once, and the cache would keep them.
            .identity_cache(IdentityCache::no_cache())
            .build()
    }
}

impl fmt::Debug for ClusterLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterLookup")
            .field("region", &self.shared.region)
            .finish_non_exhaustive()
    }
}
