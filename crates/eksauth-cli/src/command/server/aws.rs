//! AWS as the server itself asks it, apart from verifying tokens: EC2, for the names of nodes.

use std::fmt;
use std::sync::Arc;

use aws_smithy_async::time::SystemTimeSource;
use eksauth::aws_credential_types::provider::SharedCredentialsProvider;
use eksauth::token::Region;
use eksauth::{Context, CredentialChain, Settings, find_region};
use eksauth_server::{
    DescribeError, DescribeInstances, Ec2, InstancePage, InstanceQuery, PrivateDnsNames,
    StsConnection,
};
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use crate::failed::{Failed, chain};

use super::settings::Ec2Settings;

/// Which credentials and region to use, as far as flags say it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) region: Option<Region>,
    pub(crate) profile: Option<String>,
}

impl Account {
    /// The region, if one is configured: hosts of STS there are accepted even if its name is new.
    pub(super) fn configured_region(&self, context: &Context) -> Option<Region> {
        if self.region.is_some() {
            return self.region.clone();
        }
        let settings = Settings::load(context.clone(), self.profile.as_deref());
        let region = settings.and_then(|it| it.region());
        match region {
            Ok(region) => region.map(|(region, _)| region),
            Err(error) => {
                tracing::warn!(error = chain(&error, ": "), "the AWS settings are not used");
                None
            }
        }
    }

    /// Who knows the private DNS names of nodes. AWS is not asked for anything before the first name is
    /// needed.
    pub(super) fn private_dns_names(
        self,
        ec2: &Ec2Settings,
        connection: StsConnection,
        context: Context,
    ) -> PrivateDnsNames {
        let lazy = LazyEc2 {
            account: self,
            ec2: ec2.clone(),
            connection,
            context,
            client: OnceCell::new(),
        };
        PrivateDnsNames::new(lazy, ec2.rate)
    }
}

/// EC2 as soon as it is needed: most servers map no nodes, and many have no credentials.
struct LazyEc2 {
    account: Account,
    ec2: Ec2Settings,
    connection: StsConnection,
    context: Context,
    client: OnceCell<Ec2>,
}

impl LazyEc2 {
    async fn connect(&self) -> Result<Ec2, Failed> {
        let profile = self.account.profile.as_deref();
        let settings = Arc::new(Settings::load(self.context.clone(), profile)?);
        let region = match &self.account.region {
            Some(region) => region.clone(),
            None => find_region(&settings).await?.0,
        };
        tracing::info!(%region, "looking up private DNS names in EC2");
        let mut chain = CredentialChain::new(settings, region.clone()).rereading();
        if let Some(role) = &self.ec2.role {
            chain = chain.with_role(role.clone());
        }
        let provider = SharedCredentialsProvider::new(chain);
        let time = SystemTimeSource::new();
        Ok(Ec2::new(region, provider, &self.connection, time)?)
    }
}

impl DescribeInstances for LazyEc2 {
    fn describe_instances<'a>(
        &'a self,
        query: InstanceQuery<'a>,
    ) -> BoxFuture<'a, Result<InstancePage, DescribeError>> {
        Box::pin(async move {
            let client = self.client.get_or_try_init(|| self.connect()).await;
            let client = client.map_err(|error| DescribeError::Credentials {
                reason: chain(&error, ": "),
            })?;
            client.describe_instances(query).await
        })
    }
}

impl fmt::Debug for LazyEc2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyEc2").finish_non_exhaustive()
    }
}
