//! From flags, kubeconfig and environment to one token.

use std::sync::Arc;

use eksauth::token::{ClusterId, Region, Signer, StsEndpoint, Token};
use eksauth::{
    AssumeRole, CredentialCache, CredentialChain, Settings, asks_metadata, find_region,
    region_of_eks_endpoint, signing_credentials,
};

use crate::exec_info::ExecInfo;
use crate::failed::Failed;
use crate::mfa_prompt::TerminalPrompt;
use crate::process::Process;
use crate::runtime::block_on;

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

/// The region that a kubeconfig implies: First that of the cluster's extension. Next the one in the
/// host name of its API server.
pub(crate) fn region_of_cluster(exec_info: &ExecInfo) -> Result<Option<Region>, Failed> {
    if let Some(region) = &exec_info.extension.region {
        let region = Region::new(region).map_err(|error| {
            Failed::new("could not use the region of the cluster in the kubeconfig").because(error)
        })?;
        return Ok(Some(region));
    }
    Ok(exec_info.server.as_deref().and_then(region_of_eks_endpoint))
}
