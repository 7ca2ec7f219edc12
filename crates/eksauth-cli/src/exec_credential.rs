//! The answer to `kubectl`: an ExecCredential.

use eksauth::token::Token;
use serde::Serialize;

use crate::api_version::ApiVersion;

/// An ExecCredential, its fields in the order in which both incumbents write them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExecCredential<'t> {
    kind: &'static str,
    api_version: &'static str,
    spec: Spec,
    status: Status<'t>,
}

#[derive(Serialize)]
struct Spec {
    #[serde(skip_serializing_if = "Option::is_none")]
    interactive: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'t> {
    expiration_timestamp: String,
    token: &'t str,
}

impl<'t> ExecCredential<'t> {
    /// As `aws-iam-authenticator` writes it.
    pub(crate) fn new(token: &'t Token, version: ApiVersion) -> Self {
        Self::with_spec(
            token,
            version,
            Spec {
                interactive: Some(false),
            },
        )
    }

    /// As the AWS CLI writes it, with an empty `spec`.
    pub(crate) fn of_aws_cli(token: &'t Token, version: ApiVersion) -> Self {
        Self::with_spec(token, version, Spec { interactive: None })
    }

    fn with_spec(token: &'t Token, version: ApiVersion, spec: Spec) -> Self {
        Self {
            kind: "ExecCredential",
            api_version: version.as_str(),
            spec,
            status: Status {
                expiration_timestamp: token.announced_expiry().to_string(),
                token: token.expose(),
            },
        }
    }

    pub(crate) fn api_version(&self) -> &str {
        self.api_version
    }

    pub(crate) fn expiration(&self) -> &str {
        &self.status.expiration_timestamp
    }

    pub(crate) fn token(&self) -> &str {
        self.status.token
    }
}
