//! Asking STS for the session of a role.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use eksauth_token::Region;

use super::role::SessionNameChoice;
use super::{AssumeRole, CredentialError, MfaCode, MfaError, MfaPrompt, RoleOperation, chain};
use crate::Settings;
use crate::unlogged::unlogged;

/// The session name of a role when nobody chose one.
const DEFAULT_SESSION_NAME: &str = "eksauth";

/// STS, called with certain credentials.
pub(super) struct Sts {
    client: Client,
}

impl Sts {
    pub(super) async fn new(
        settings: &Settings,
        region: &Region,
        credentials: Credentials,
    ) -> Self {
        let client = async {
            let config = chain::client_config(settings, region, credentials).await;
            Client::new(&config)
        };
        Self {
            client: unlogged(client).await,
        }
    }

    pub(super) async fn assume(
        &self,
        role: &AssumeRole,
        mfa: Option<&Arc<dyn MfaPrompt>>,
    ) -> Result<Credentials, CredentialError> {
        let mut request = self
            .client
            .assume_role()
            .role_arn(role.arn())
            .role_session_name(self.session_name(role).await?)
            .set_external_id(role.external_id.clone())
            .set_duration_seconds(
                role.duration()
                    .and_then(|it| i32::try_from(it.as_secs()).ok()),
            );
        if let Some(serial) = role.mfa_serial() {
            let code = mfa_code(mfa, serial)
                .await
                .map_err(|source| CredentialError::Mfa {
                    role: role.arn().to_owned(),
                    source,
                })?;
            request = request.serial_number(serial).token_code(code.expose());
        }
        let failed = |error| {
            CredentialError::of_sts(RoleOperation::AssumeRole, role.arn().to_owned(), error)
        };
        tracing::debug!(role = role.arn(), "asking STS for a session of the role");
        let source = role.source.clone();
        let request = request.customize().mutate_request(move |it| {
            if let Some(source) = &source {
                source.name_in(it);
            }
        });
        let answer = unlogged(request.send()).await;
        let answer = answer.map_err(|error| failed(error.into()))?;
        let credentials = answer.credentials.and_then(into_credentials);
        credentials.ok_or_else(|| failed(NO_CREDENTIALS.into()))
    }

    async fn session_name<'r>(
        &self,
        role: &'r AssumeRole,
    ) -> Result<Cow<'r, str>, CredentialError> {
        match &role.session_name.0 {
            SessionNameChoice::Fixed => Ok(Cow::Borrowed(DEFAULT_SESSION_NAME)),
            SessionNameChoice::Named(name) => Ok(Cow::Borrowed(name)),
            SessionNameChoice::Forwarded => Ok(self
                .own_session_name(role.arn())
                .await?
                .map_or(Cow::Borrowed(DEFAULT_SESSION_NAME), Cow::Owned)),
        }
    }

    /// What follows the colon of the caller's user id; only sessions have one.
    async fn own_session_name(&self, role: &str) -> Result<Option<String>, CredentialError> {
        let failed = |error| {
            CredentialError::of_sts(RoleOperation::GetCallerIdentity, role.to_owned(), error)
        };
        let answer = unlogged(self.client.get_caller_identity().send()).await;
        let answer = answer.map_err(|error| failed(error.into()))?;
        let user_id = answer.user_id.unwrap_or_default();
        Ok(match user_id.split(':').collect::<Vec<_>>()[..] {
            [_, name] => Some(name.to_owned()),
            _ => None,
        })
    }
}

/// Asks on a thread where it may block.
async fn mfa_code(prompt: Option<&Arc<dyn MfaPrompt>>, serial: &str) -> Result<MfaCode, MfaError> {
    let prompt = Arc::clone(prompt.ok_or(MfaError::NoTerminal)?);
    let serial = serial.to_owned();
    let asked = tokio::task::spawn_blocking(move || prompt.code(&serial)).await;
    asked.unwrap_or_else(|error| Err(MfaError::Read(error.into())))
}

const NO_CREDENTIALS: &str = "the answer of STS held no credentials";

fn into_credentials(credentials: aws_sdk_sts::types::Credentials) -> Option<Credentials> {
    // What was missing in the answer, the SDK has filled in with nothing.
    let parts = [
        &credentials.access_key_id,
        &credentials.secret_access_key,
        &credentials.session_token,
    ];
    if parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let expiry = SystemTime::try_from(credentials.expiration).ok()?;
    Some(Credentials::new(
        credentials.access_key_id,
        credentials.secret_access_key,
        Some(credentials.session_token),
        Some(expiry),
        "AssumeRole",
    ))
}
