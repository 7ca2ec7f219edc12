//! From flags, kubeconfig and environment to one token.

use std::sync::Arc;

use eksauth::token::{ClusterId, Region, Signer, StsEndpoint, Token};
use eksauth::{
    AssumeRole, ClusterExtension, CredentialCache, CredentialChain, Settings, asks_metadata,
    find_region, region_of_eks_endpoint, signing_credentials,
};

use crate::exec_info::ExecInfo;
use crate::failed::Failed;
use crate::incumbent_config::Config;
use crate::mfa_prompt::TerminalPrompt;
use crate::process::Process;
use crate::role_flags::RoleFlags;
use crate::runtime::block_on;

/// Where the incumbent authenticator looks for the cluster's name and for a role.
pub(crate) const CLUSTER_VARIABLE: &str = "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID";
const ROLE_VARIABLE: &str = "DEFAULT_ROLE";

/// The cluster that no flag names, in the incumbent's places.
pub(crate) fn found_cluster(
    config: &Config,
    process: &Process,
) -> Result<Option<ClusterId>, Failed> {
    match process.context().var(CLUSTER_VARIABLE) {
        Some(name) => cluster_named(&name).map(Some),
        None => config.cluster(),
    }
}

fn cluster_named(name: &str) -> Result<ClusterId, Failed> {
    ClusterId::new(name).map_err(|error| {
        Failed::new("could not use the cluster name that was found").because(error)
    })
}

/// What flags ask for. What they leave open is taken: First from the cluster's extension in the
/// kubeconfig. Next from the incumbent's environment variables. Finally from its configuration file.
pub(crate) struct Asked {
    pub(crate) cluster: Option<ClusterId>,
    pub(crate) region: Option<Region>,
    pub(crate) profile: Option<String>,
    pub(crate) role: RoleFlags,
    pub(crate) use_cache: bool,
    /// For a role's session that nobody has named.
    pub(crate) default_session_name: Option<&'static str>,
    pub(crate) config: Config,
}

impl Asked {
    /// Fills the gaps. `None` when nobody names a cluster.
    pub(crate) fn complete(
        self,
        exec_info: &ExecInfo,
        process: &Process,
    ) -> Result<Option<TokenRequest>, Failed> {
        let Some(cluster) = self.find_cluster(exec_info, process)? else {
            return Ok(None);
        };
        Ok(Some(TokenRequest {
            cluster,
            region: self.find_region(exec_info)?,
            role: self.find_role(&exec_info.extension, process)?,
            profile: self.profile.or_else(|| exec_info.extension.profile.clone()),
            use_cache: self.use_cache,
        }))
    }

    fn find_cluster(
        &self,
        exec_info: &ExecInfo,
        process: &Process,
    ) -> Result<Option<ClusterId>, Failed> {
        if self.cluster.is_some() {
            return Ok(self.cluster.clone());
        }
        match &exec_info.extension.cluster {
            Some(name) => cluster_named(name).map(Some),
            None => found_cluster(&self.config, process),
        }
    }

    /// Beside the usual places, the host name of an Amazon EKS API server tells.
    fn find_region(&self, exec_info: &ExecInfo) -> Result<Option<Region>, Failed> {
        if self.region.is_some() {
            return Ok(self.region.clone());
        }
        if let Some(region) = &exec_info.extension.region {
            return Region::new(region).map(Some).map_err(|error| {
                Failed::new("could not use the region of the cluster in the kubeconfig")
                    .because(error)
            });
        }
        let of_server = || exec_info.server.as_deref().and_then(region_of_eks_endpoint);
        Ok(self.config.region()?.or_else(of_server))
    }

    fn find_role(
        &self,
        extension: &ClusterExtension,
        process: &Process,
    ) -> Result<Option<AssumeRole>, Failed> {
        let mut role = self.role.clone();
        role.role_arn = role
            .role_arn
            .or_else(|| extension.role_arn.clone())
            .or_else(|| process.context().var(ROLE_VARIABLE))
            .or_else(|| self.config.role_arn());
        role.external_id = role
            .external_id
            .or_else(|| extension.external_id.clone())
            .or_else(|| self.config.external_id());
        self.name_session(&mut role, extension)?;
        role.to_role()
    }

    /// The name of the role's session, in the same order, and a default at the end.
    fn name_session(
        &self,
        role: &mut RoleFlags,
        extension: &ClusterExtension,
    ) -> Result<(), Failed> {
        if role.names_session() {
            return Ok(());
        }
        role.session_name = extension.session_name.clone();
        if role.names_session() {
            return Ok(());
        }
        role.session_name = self.config.session_name();
        // A flag that says no beats a file that says yes.
        let in_file = || self.config.forward_session_name();
        let forwards = role.forward_session_name.unwrap_or_else(in_file);
        if forwards && role.session_name.is_some() {
            return Err(Failed::new(
                "expected either `sessionName` or `forwardSessionName` in the configuration file, \
                 but found both",
            ));
        }
        role.forward_session_name = Some(forwards);
        if !role.names_session() {
            role.session_name = self.default_session_name.map(str::to_owned);
        }
        Ok(())
    }
}

/// Everything that decides which token is signed.
pub(crate) struct TokenRequest {
    pub(crate) cluster: ClusterId,
    pub(crate) region: Option<Region>,
    pub(crate) profile: Option<String>,
    pub(crate) role: Option<AssumeRole>,
    pub(crate) use_cache: bool,
}

impl TokenRequest {
    /// Signs the token. Without a role, and with an access key at hand, this touches no network and
    /// starts no runtime.
    pub(crate) fn sign(self, process: &Process) -> Result<Token, Failed> {
        let context = process.context();
        let settings = Arc::new(Settings::load(context.clone(), self.profile.as_deref())?);
        let region = match self.region {
            Some(region) => region,
            None => configured_region(&settings)?,
        };
        let endpoint = StsEndpoint::new(&region, settings.endpoint_options()?);
        tracing::debug!(host = endpoint.host(), profile = %settings.profile(), "signing");

        let mut chain =
            CredentialChain::new(settings, region).with_mfa_prompt(Arc::new(TerminalPrompt {
                has_terminal: process.has_terminal(),
            }));
        if let Some(role) = self.role {
            chain = chain.with_role(role);
        }
        if self.use_cache
            && let Some(directory) = CredentialCache::default_directory(context)
        {
            chain = chain.with_cache(CredentialCache::at(directory));
        }
        let credentials = match chain.immediate()? {
            Some(credentials) => credentials,
            None => block_on(chain.credentials())??,
        };
        let signer = Signer::new(signing_credentials(&credentials), endpoint)?;
        Ok(signer.sign(&self.cluster, context.now())?)
    }
}

fn configured_region(settings: &Settings) -> Result<Region, Failed> {
    if let Some((region, _)) = settings.region()? {
        return Ok(region);
    }
    let (region, source) = match asks_metadata(settings) {
        true => block_on(find_region(settings))??,
        false => eksauth::default_region(),
    };
    tracing::info!(%region, %source, "no region is configured");
    Ok(region)
}
