//! What an exec user leaves open, filled from the other places that its command would look at.

use eksauth::token::{ClusterId, Region};
use eksauth::{AssumeRole, ClusterExtension, Context, region_of_eks_endpoint};

use super::{ExecUser, NotTaken, Program, parsed};

/// Where `aws-iam-authenticator` looks for the cluster's name and for a role, and so does `eksauth`;
/// `aws` does not.
const CLUSTER_VARIABLE: &str = "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID";
const ROLE_VARIABLE: &str = "DEFAULT_ROLE";

/// Everything that decides which tokens are signed.
#[derive(Debug)]
pub(crate) struct TokenSettings {
    /// Whose place is taken.
    pub(crate) program: Program,
    pub(crate) cluster: ClusterId,
    /// `None` leaves it to the settings of the profile, and then to the server.
    pub(crate) region: Option<Region>,
    /// That of the API server, by its host name.
    pub(crate) region_of_server: Option<Region>,
    pub(crate) profile: Option<String>,
    pub(crate) role: Option<AssumeRole>,
    pub(crate) uses_cache: bool,
    /// Whether the user sets variables of its own.
    pub(crate) sets_variables: bool,
    /// With the user's variables set.
    pub(crate) context: Context,
}

impl ExecUser {
    /// Fills the gaps as the command would: First from the extension of the cluster, which `eksauth`
    /// alone reads. Next from environment variables, those of the user over those of `context`.
    ///
    /// # Errors
    ///
    /// [`NotTaken::NoCluster`] when nobody names a cluster; [`NotTaken::Malformed`] when what was found
    /// cannot be used; [`NotTaken::Conflict`] for two profiles.
    pub(crate) fn complete(
        self,
        context: &Context,
        extension: Option<&ClusterExtension>,
        server: &str,
    ) -> Result<TokenSettings, NotTaken> {
        let none = ClusterExtension::default();
        let reads_it = self.program == Program::Eksauth;
        let extension = extension.filter(|_| reads_it).unwrap_or(&none);
        let context = context.clone().with_variables(self.variables.clone());
        self.check_profile(&context)?;
        let region_of_server = region_of_eks_endpoint(server);
        Ok(TokenSettings {
            program: self.program,
            cluster: self.find_cluster(extension, &context)?,
            region: self.find_region(extension, region_of_server.as_ref())?,
            region_of_server,
            role: self.find_role(extension, &context)?,
            profile: self.profile.or_else(|| extension.profile.clone()),
            uses_cache: self.uses_cache,
            sets_variables: !self.variables.is_empty(),
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
        region_of_server: Option<&Region>,
    ) -> Result<Option<Region>, NotTaken> {
        if self.region.is_some() {
            return Ok(self.region.clone());
        }
        if let Some(region) = parsed("region", extension.region.clone(), Region::new)? {
            return Ok(Some(region));
        }
        // `eksauth` goes by the server when it gets to see it.
        let goes_by_server = self.program == Program::Eksauth && self.sees_cluster;
        Ok(region_of_server.filter(|_| goes_by_server).cloned())
    }

    /// Of two variables, the AWS CLI and the AWS SDKs take each another one first.
    fn check_profile(&self, context: &Context) -> Result<(), NotTaken> {
        const VARIABLES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
        let asks_them = self.program == Program::AwsCli && self.profile.is_none();
        match VARIABLES.map(|it| context.var(it)) {
            [Some(one), Some(other)] if asks_them && one != other => Err(NotTaken::Conflict {
                one: VARIABLES[0],
                other: VARIABLES[1],
            }),
            _ => Ok(()),
        }
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
