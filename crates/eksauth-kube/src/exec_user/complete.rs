//! What an exec user leaves open, filled from the other places that its command would look at.

use eksauth::token::{ClusterId, Region};
use eksauth::{AssumeRole, ClusterExtension, Context, region_of_eks_endpoint};

use super::{ExecUser, NotTaken, Program, parsed};

/// Where `aws-iam-authenticator` looks for the cluster's name and for a role, and so does `eksauth`;
/// `aws` does not.
const CLUSTER_VARIABLE: &str = "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID";
const ROLE_VARIABLE: &str = "DEFAULT_ROLE";

/// Where every AWS tool looks for the region.
const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// Everything that decides which tokens are signed.
#[derive(Debug)]
pub(crate) struct TokenSettings {
    pub(crate) cluster: ClusterId,
    /// `None` leaves it to the settings of the profile.
    pub(crate) region: Option<Region>,
    pub(crate) profile: Option<String>,
    pub(crate) role: Option<AssumeRole>,
    pub(crate) uses_cache: bool,
    /// With the user's variables set.
    pub(crate) context: Context,
}

impl ExecUser {
    /// Fills the gaps: First from the extension of the cluster. Next from environment variables,
    /// those of the user over those of `context`. Finally, the region from the host name of `server`,
    /// the URL of the API server, if it is Amazon EKS's.
    ///
    /// # Errors
    ///
    /// [`NotTaken::NoCluster`] when nobody names a cluster; [`NotTaken::Malformed`] when what was found
    /// cannot be used.
    pub(crate) fn complete(
        self,
        context: &Context,
        extension: Option<&ClusterExtension>,
        server: &str,
    ) -> Result<TokenSettings, NotTaken> {
        let none = ClusterExtension::default();
        let extension = extension.unwrap_or(&none);
        let context = context.clone().with_variables(self.variables.clone());
        Ok(TokenSettings {
            cluster: self.find_cluster(extension, &context)?,
            region: self.find_region(extension, &context, server)?,
            role: self.find_role(extension, &context)?,
            profile: self.profile.or_else(|| extension.profile.clone()),
            uses_cache: self.uses_cache,
            context,
        })
    }

    fn find_cluster(
        &self,
        extension: &ClusterExtension,
        context: &Context,
    ) -> Result<ClusterId, NotTaken> {
        if let Some(cluster) = &self.cluster {
            return Ok(cluster.clone());
        }
        let name = extension.cluster.clone();
        let name = name.or_else(|| self.variable(CLUSTER_VARIABLE, context));
        parsed("cluster name", name, ClusterId::new)?.ok_or(NotTaken::NoCluster)
    }

    fn variable(&self, name: &str, context: &Context) -> Option<String> {
        context
            .var(name)
            .filter(|_| self.program != Program::AwsCli)
    }

    fn find_region(
        &self,
        extension: &ClusterExtension,
        context: &Context,
        server: &str,
    ) -> Result<Option<Region>, NotTaken> {
        if self.region.is_some() {
            return Ok(self.region.clone());
        }
        if let Some(region) = parsed("region", extension.region.clone(), Region::new)? {
            return Ok(Some(region));
        }
        // They are read, and judged, where the profile's region is.
        if REGION_VARIABLES.iter().any(|it| context.var(it).is_some()) {
            return Ok(None);
        }
        Ok(region_of_eks_endpoint(server))
    }

    fn find_role(
        &self,
        extension: &ClusterExtension,
        context: &Context,
    ) -> Result<Option<AssumeRole>, NotTaken> {
        let mut role = self.role_flags.clone();
        role.arn = role
            .arn
            .or_else(|| extension.role_arn.clone())
            .or_else(|| self.variable(ROLE_VARIABLE, context));
        role.external_id = role.external_id.or_else(|| extension.external_id.clone());
        if !role.names_session() {
            role.session_name = extension.session_name.clone();
        }
        role.to_role()
    }
}
