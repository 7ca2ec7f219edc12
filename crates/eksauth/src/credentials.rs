//! AWS credentials, from wherever the settings say.

mod chain;
mod demands;
mod error;
mod key;
mod mfa;
mod plan;
mod provider_says;
mod role;
mod source_arn;
mod static_keys;
mod sts;

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{
    self, ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
};
use eksauth_token::{Region, SigningCredentials};
use jiff::Timestamp;

use crate::{CredentialCache, Settings};

pub(crate) use chain::client_config_without_credentials;
pub(crate) use key::CacheKey;

pub use demands::Demands;
pub use error::{CredentialError, Failure, RoleOperation};
pub use mfa::{MfaCode, MfaError, MfaPrompt};
pub use provider_says::ProviderSays;
pub use role::{AssumeRole, InvalidRole, SessionName};

use plan::{Base, Plan};

/// Resolves AWS credentials as the AWS CLI does, with a role on top if one is asked for.
///
/// The base credentials come: First from the environment (`AWS_ACCESS_KEY_ID`), unless a profile was
/// named by the caller. Next from the active profile: a role with its source profile, web identity,
/// SSO, `aws login`, `credential_process`, an access key. Next from web identity in the environment,
/// then from the container's endpoint (ECS, EKS Pod Identity). Finally from the instance's metadata.
///
/// Credentials of assumed roles and of SSO are kept in a [`CredentialCache`], when there is one; not
/// those of a role with a [forwarded](SessionName::forwarded) session name, unless the base is an
/// access key or another role: whose name it is, is not known before.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth::{Context, CredentialChain, Settings};
/// use eksauth_token::Region;
///
/// let variables = [
///     ("AWS_ACCESS_KEY_ID".to_owned(), "AKIAIOSFODNN7EXAMPLE".to_owned()),
///     ("AWS_SECRET_ACCESS_KEY".to_owned(), "wJalrXUtnFEMI/K7MDENG".to_owned()),
/// ];
/// let settings = Settings::load(Context::new(variables, SystemTimeSource::new()), None)?;
/// let chain = CredentialChain::new(settings.into(), Region::new("eu-west-1")?);
/// let credentials = chain.immediate()?.unwrap();
/// assert_eq!(credentials.access_key_id(), "AKIAIOSFODNN7EXAMPLE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CredentialChain {
    settings: Arc<Settings>,
    rereads: bool,
    region: Region,
    base: Option<SharedCredentialsProvider>,
    role: Option<AssumeRole>,
    cache: Option<CredentialCache>,
    mfa: Option<Arc<dyn MfaPrompt>>,
}

impl CredentialChain {
    /// A chain for these settings, which calls STS in this region where it has to.
    pub fn new(settings: Arc<Settings>, region: Region) -> Self {
        Self {
            settings,
            rereads: false,
            region,
            base: None,
            role: None,
            cache: None,
            mfa: None,
        }
    }

    /// Reads the files of the settings anew each time that it resolves credentials. So a process that
    /// runs for long sees keys that other tools write into them.
    #[must_use]
    pub fn rereading(mut self) -> Self {
        self.rereads = true;
        self
    }

    /// Takes the base credentials from this provider, wherever the settings point. The cache is not
    /// used then: it could not tell whose session it holds.
    #[must_use]
    pub fn with_base(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.base = Some(SharedCredentialsProvider::new(provider));
        self
    }

    /// Assumes a role with the base credentials.
    #[must_use]
    pub fn with_role(mut self, role: AssumeRole) -> Self {
        self.role = Some(role);
        self
    }

    /// Keeps credentials that cost a network call or a prompt.
    #[must_use]
    pub fn with_cache(mut self, cache: CredentialCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Asks here for the codes of MFA devices. Without it, a role that demands one is an error.
    #[must_use]
    pub fn with_mfa_prompt(mut self, prompt: Arc<dyn MfaPrompt>) -> Self {
        self.mfa = Some(prompt);
        self
    }

    /// Credentials that are at hand: an access key in the environment or in the profile, or a fresh
    /// entry of the cache. Touches no network and needs no async runtime. `None` when only
    /// [`CredentialChain::credentials`] can tell.
    ///
    /// # Errors
    ///
    /// When the profile cannot be followed.
    pub fn immediate(&self) -> Result<Option<Credentials>, CredentialError> {
        let plan = self.plan()?;
        if let (Base::Static(keys), []) = (&plan.base, &plan.roles[..]) {
            return Ok(Some(keys.clone()));
        }
        let Some(cache) = self.cache_for(&plan) else {
            return Ok(None);
        };
        Ok(cache.fresh(&self.key(&plan), self.settings.context().now()))
    }

    /// Resolves the credentials.
    ///
    /// # Errors
    ///
    /// One variant of [`CredentialError`] for each thing that a user can mend.
    pub async fn credentials(&self) -> Result<Credentials, CredentialError> {
        match self.rereads {
            true => self.reread()?.resolve().await,
            false => self.resolve().await,
        }
    }

    /// What to know beforehand of what resolving credentials takes.
    ///
    /// # Errors
    ///
    /// When the profile cannot be followed.
    pub fn demands(&self) -> Result<Demands, CredentialError> {
        Ok(self.plan()?.demands(&self.settings))
    }

    fn reread(&self) -> Result<Self, CredentialError> {
        let settings = self.settings.reread().map_err(CredentialError::Settings)?;
        Ok(Self {
            settings: Arc::new(settings),
            ..self.clone()
        })
    }

    async fn resolve(&self) -> Result<Credentials, CredentialError> {
        let plan = self.plan()?;
        match self.cache_for(&plan) {
            Some(cache) => {
                let now = || self.settings.context().now();
                let key = || self.key(&plan);
                cache.get_or_fetch(key, now, || self.fetch(&plan)).await
            }
            None => self.fetch(&plan).await,
        }
    }

    fn plan(&self) -> Result<Plan, CredentialError> {
        match &self.base {
            Some(provider) => Ok(Plan::on(provider.clone(), self.role.as_ref())),
            None => Plan::new(&self.settings, self.role.as_ref()),
        }
    }

    fn cache_for(&self, plan: &Plan) -> Option<&CredentialCache> {
        self.cache.as_ref().filter(|_| {
            self.base.is_none()
                && plan.is_costly(&self.settings)
                && !plan.forwards_an_unknown_name()
        })
    }

    fn key(&self, plan: &Plan) -> CacheKey {
        CacheKey::new(&self.settings, &self.region, plan)
    }

    async fn fetch(&self, plan: &Plan) -> Result<Credentials, CredentialError> {
        if plan.leaves_out {
            tracing::warn!(
                profile = %self.settings.profile(),
                "`mfa_serial` and `duration_seconds` are not followed with this `credential_source`"
            );
        }
        let mut credentials = match &plan.base {
            Base::Static(keys) => keys.clone(),
            Base::Chain { profile } => {
                chain::resolve(&self.settings, &self.region, profile).await?
            }
            Base::Provider(provider) => {
                let given = provider.provide_credentials().await;
                given.map_err(CredentialError::of_provider)?
            }
        };
        for role in &plan.roles {
            let sts = sts::Sts::new(&self.settings, &self.region, credentials).await;
            credentials = sts.assume(role, self.mfa.as_ref()).await?;
        }
        Ok(credentials)
    }
}

impl ProvideCredentials for CredentialChain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let credentials: provider::Result =
                self.credentials().await.map_err(|error| match error {
                    // Tells a chain of providers to go on to the next.
                    CredentialError::NoneFound { .. } => CredentialsError::not_loaded(error),
                    error => CredentialsError::provider_error(error),
                });
            credentials
        })
    }
}

/// The same credentials, as a [`Signer`](eksauth_token::Signer) takes them.
pub fn signing_credentials(credentials: &Credentials) -> SigningCredentials {
    let mut signing =
        SigningCredentials::new(credentials.access_key_id(), credentials.secret_access_key());
    if let Some(session_token) = credentials.session_token() {
        signing = signing.with_session_token(session_token);
    }
    match credentials.expiry().map(Timestamp::try_from) {
        Some(Ok(expiry)) => signing.with_expiry(expiry),
        // Beyond the calendar is as good as never.
        _ => signing,
    }
}

#[cfg(test)]
mod tests;
