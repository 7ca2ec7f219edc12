//! Who signs the tokens.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::time::SharedTimeSource;
use eksauth::token::{Region, StsEndpoint};
use eksauth::{
    AssumeRole, Context, CredentialCache, CredentialChain, MfaPrompt, RefreshPolicy, Refresher,
    Settings, SharedCredentials,
};

use crate::{ConnectError, process_context};

/// Where credentials come from, and who renews what is signed with them.
#[derive(Clone, Default)]
pub(crate) struct Identity {
    pub(crate) context: Option<Context>,
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<Region>,
    pub(crate) role: Option<AssumeRole>,
    pub(crate) provider: Option<SharedCredentialsProvider>,
    pub(crate) cache: Option<CredentialCache>,
    pub(crate) time_source: Option<SharedTimeSource>,
    pub(crate) mfa: Option<Arc<dyn MfaPrompt>>,
    pub(crate) refresh: Refresh,
    pub(crate) pool: Option<Arc<Pool>>,
}

/// Credentials that many clusters share, by the role that they are of.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Vec<(Option<AssumeRole>, SharedCredentials)>>);

impl Pool {
    fn get_or_make(
        &self,
        role: Option<&AssumeRole>,
        make: impl FnOnce() -> SharedCredentials,
    ) -> SharedCredentials {
        // Whole at every moment.
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, shared)) = pool.iter().find(|(it, _)| it.as_ref() == role) {
            return shared.clone();
        }
        let shared = make();
        pool.push((role.cloned(), shared.clone()));
        shared
    }
}

/// Who renews tokens.
#[derive(Clone)]
pub(crate) enum Refresh {
    /// A refresher of their own.
    Own(RefreshPolicy),
    /// One that serves others too.
    Shared(Refresher),
}

impl Default for Refresh {
    fn default() -> Self {
        Self::Own(RefreshPolicy::default())
    }
}

impl Refresh {
    pub(crate) fn refresher(&self) -> Refresher {
        match self {
            Self::Own(policy) => Refresher::new(policy.clone()),
            Self::Shared(refresher) => refresher.clone(),
        }
    }
}

impl Identity {
    /// Reads the files of the AWS tools.
    pub(crate) fn settings(&self) -> Result<Arc<Settings>, ConnectError> {
        let mut context = self.context.clone().unwrap_or_else(process_context);
        if let Some(time_source) = &self.time_source {
            context = context.with_time_source(time_source.clone());
        }
        Ok(Arc::new(Settings::load(context, self.profile.as_deref())?))
    }

    /// The region asked for. Next that of the settings. Finally that of the instance.
    pub(crate) async fn region(&self, settings: &Settings) -> Result<Option<Region>, ConnectError> {
        if let Some(region) = &self.region {
            return Ok(Some(region.clone()));
        }
        let (region, source) = eksauth::find_region(settings).await?;
        Ok((source != eksauth::RegionSource::Default).then_some(region))
    }

    /// Credentials of the identity, with its role or with another one.
    pub(crate) fn credentials(
        &self,
        settings: &Arc<Settings>,
        region: &Region,
        role: Option<&AssumeRole>,
    ) -> SharedCredentials {
        let make = || self.make_credentials(settings, region, role);
        match &self.pool {
            Some(pool) => pool.get_or_make(role, make),
            None => make(),
        }
    }

    fn make_credentials(
        &self,
        settings: &Arc<Settings>,
        region: &Region,
        role: Option<&AssumeRole>,
    ) -> SharedCredentials {
        let clock = settings.context().time_source();
        if let (Some(provider), None) = (&self.provider, role) {
            return SharedCredentials::new(provider.clone(), clock);
        }
        SharedCredentials::new(self.chain(settings, region, role), clock)
    }

    pub(crate) fn chain(
        &self,
        settings: &Arc<Settings>,
        region: &Region,
        role: Option<&AssumeRole>,
    ) -> CredentialChain {
        let mut chain = CredentialChain::new(Arc::clone(settings), region.clone()).rereading();
        if let Some(provider) = &self.provider {
            chain = chain.with_base(provider.clone());
        }
        if let Some(role) = role {
            chain = chain.with_role(role.clone());
        }
        if let Some(cache) = &self.cache {
            chain = chain.with_cache(cache.clone());
        }
        if let Some(prompt) = &self.mfa {
            chain = chain.with_mfa_prompt(Arc::clone(prompt));
        }
        chain
    }

    pub(crate) fn sts_endpoint(
        settings: &Settings,
        region: &Region,
    ) -> Result<StsEndpoint, ConnectError> {
        Ok(StsEndpoint::new(region, settings.endpoint_options()?))
    }

    pub(crate) fn set_provider(&mut self, provider: impl ProvideCredentials + 'static) {
        self.provider = Some(SharedCredentialsProvider::new(provider));
    }
}

impl fmt::Debug for Identity {
    /// Leaves out what may hold secrets: the environment and the provider.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("profile", &self.profile)
            .field("region", &self.region)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}
