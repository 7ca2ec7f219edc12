//! What takes the place of a user's command.

use std::sync::Arc;

use eksauth::token::{ClusterId, Region};
use eksauth::{Settings, TokenSource};

use crate::ConnectError;
use crate::exec_user::{NotTaken, Program, TokenSettings};
use crate::identity::Identity;

/// Everything that signs in the place of a command, before it is certain that it can.
pub(super) struct Takeover {
    program: Program,
    cluster: ClusterId,
    /// Whether the user sets variables, which a `credential_process` would not get.
    sets_variables: bool,
    identity: Identity,
    aws: Arc<Settings>,
    region: Region,
}

impl Takeover {
    /// Reads the settings of the AWS tools, as the command would.
    pub(super) async fn prepare(
        identity: Identity,
        settings: TokenSettings,
    ) -> Result<Self, ConnectError> {
        let uses_cache = settings.uses_cache;
        let identity = Identity {
            context: Some(settings.context),
            profile: settings.profile,
            region: settings.region,
            role: settings.role,
            cache: identity.cache.filter(|_| uses_cache),
            ..identity
        };
        let aws = identity.settings()?;
        let region = region(&identity, &aws, settings.region_of_server).await?;
        Ok(Self {
            program: settings.program,
            cluster: settings.cluster,
            sets_variables: settings.sets_variables,
            identity,
            aws,
            region,
        })
    }

    /// Unless it would not be the same, for which the command has to be run after all.
    pub(super) fn checked(self) -> Result<Self, NotTaken> {
        let role = self.identity.role.as_ref();
        let chain = self.identity.chain(&self.aws, &self.region, role);
        // What cannot be followed is told when credentials are asked for.
        let demands = chain.demands().unwrap_or_default();
        if demands.command && self.sets_variables {
            return Err(NotTaken::CredentialProcess);
        }
        if demands.mfa && self.identity.mfa.is_none() {
            return Err(NotTaken::Mfa);
        }
        Ok(self)
    }

    pub(super) fn program(&self) -> Program {
        self.program
    }

    pub(super) fn cluster(&self) -> &ClusterId {
        &self.cluster
    }

    pub(super) fn token_source(self) -> Result<TokenSource, ConnectError> {
        let role = self.identity.role.as_ref();
        let credentials = self.identity.credentials(&self.aws, &self.region, role);
        let endpoint = Identity::sts_endpoint(&self.aws, &self.region)?;
        let source = TokenSource::sharing(self.cluster, endpoint, credentials);
        Ok(source.refreshed_by(&self.identity.refresh.refresher()))
    }
}

/// The one that is asked for. Next that of the settings, then that of the server. Finally that of the
/// instance, or the default one: the commands do not ask for a region either.
async fn region(
    identity: &Identity,
    aws: &Settings,
    of_server: Option<Region>,
) -> Result<Region, ConnectError> {
    if let Some(region) = &identity.region {
        return Ok(region.clone());
    }
    let of_settings = aws.region()?.map(|(region, _)| region);
    match of_settings.or(of_server) {
        Some(region) => Ok(region),
        None => Ok(eksauth::find_region(aws).await?.0),
    }
}
