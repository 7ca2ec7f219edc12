//! From what is known of a cluster to what a client is made of.

use std::sync::Arc;

use eksauth::token::Region;
use eksauth::{
    Cluster, ClusterLookup, DescribeError, Settings, SharedCredentials, TokenSource,
    region_of_eks_endpoint,
};
use http::Uri;
use kube::Config;

use crate::identity::Identity;
use crate::reach::Explanation;
use crate::{ConnectError, EksConnection};

use super::EksClientBuilder;

impl EksClientBuilder {
    pub(super) async fn look_up(self) -> Result<EksConnection, ConnectError> {
        let settings = self.identity.settings()?;
        let region = self.find_region(&settings).await?;
        let base = self.identity.credentials(&settings, &region, None);
        let signing = match &self.identity.role {
            Some(role) => self.identity.credentials(&settings, &region, Some(role)),
            None => base.clone(),
        };
        let cluster = self
            .find_cluster(&settings, &region, base, &signing)
            .await?;
        self.connection(&settings, &cluster, signing)
    }

    async fn find_region(&self, settings: &Settings) -> Result<Region, ConnectError> {
        let known = self
            .known
            .as_ref()
            .filter(|_| self.identity.region.is_none());
        if let Some(known) = known
            && settings.region()?.is_none()
            && let Some(region) = region_of_eks_endpoint(&known.endpoint.to_string())
        {
            return Ok(region);
        }
        let region = self.identity.region(settings).await?;
        region.ok_or_else(|| ConnectError::NoRegion {
            cluster: self.name.clone(),
            profile: settings.profile().name().to_owned(),
        })
    }

    async fn find_cluster(
        &self,
        settings: &Arc<Settings>,
        region: &Region,
        base: SharedCredentials,
        signing: &SharedCredentials,
    ) -> Result<Cluster, ConnectError> {
        if let Some(known) = &self.known {
            let cluster = Cluster::known(
                &self.name,
                region.clone(),
                &known.endpoint.to_string(),
                &known.certificate_authority,
            );
            return Ok(cluster?);
        }
        let lookup = |credentials: SharedCredentials| {
            ClusterLookup::new(Arc::clone(settings), region.clone(), credentials)
        };
        if let Some(role) = &self.describe_role {
            let describing = self.identity.credentials(settings, region, Some(role));
            return Ok(lookup(describing).describe(&self.name).await?);
        }
        match lookup(base).describe(&self.name).await {
            Err(error) if self.identity.role.is_some() && may_be_in_another_account(&error) => {
                let with_role = lookup(signing.clone()).describe(&self.name).await;
                with_role.map_err(|with_role| {
                    tracing::debug!(
                        cluster = self.name,
                        error = &with_role as &dyn std::error::Error,
                        "nor could the role describe the cluster"
                    );
                    error.into()
                })
            }
            result => Ok(result?),
        }
    }

    fn connection(
        self,
        settings: &Settings,
        cluster: &Cluster,
        signing: SharedCredentials,
    ) -> Result<EksConnection, ConnectError> {
        let endpoint = Identity::sts_endpoint(settings, cluster.region())?;
        let token_cluster = self.token_cluster;
        let token_cluster = token_cluster.unwrap_or_else(|| cluster.token_cluster().clone());
        let source = TokenSource::sharing(token_cluster, endpoint, signing)
            .refreshed_by(&self.identity.refresh.refresher());
        let mut config = Config::new(server(cluster)?);
        config.root_cert = Some(cluster.certificates());
        self.reach.apply(&mut config, settings.context());
        let explanation = Explanation::of(cluster.name(), cluster.access());
        tracing::debug!(
            cluster = cluster.name(),
            region = %cluster.region(),
            server = cluster.endpoint(),
            "found the cluster"
        );
        Ok(EksConnection::new(config, source, explanation))
    }
}

/// Whether the role for tokens may find what the credentials behind it do not.
fn may_be_in_another_account(error: &DescribeError) -> bool {
    matches!(
        error,
        DescribeError::NotFound { .. } | DescribeError::AccessDenied { .. }
    )
}

fn server(cluster: &Cluster) -> Result<Uri, ConnectError> {
    cluster.endpoint().parse().map_err(|_| {
        DescribeError::Endpoint {
            cluster: cluster.name().to_owned(),
            found: cluster.endpoint().escape_default().take(128).collect(),
        }
        .into()
    })
}
