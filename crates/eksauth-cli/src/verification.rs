//! Asking STS who signed a token, and telling it.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use anstyle::Style;
use aws_smithy_async::time::SystemTimeSource;
use eksauth::token::{ClusterId, Policy};
use eksauth_server::{Outage, StsConnection, VerifiedIdentity, Verifier, VerifyError};
use serde::Serialize;

use crate::failed::{BECAUSE, Failed};
use crate::runtime;

const LABEL: Style = Style::new().dimmed();

/// Asks STS once.
pub(crate) fn verify(
    token: &str,
    cluster: ClusterId,
    policy: Policy,
    connection: StsConnection,
) -> Result<Arc<VerifiedIdentity>, Failed> {
    let verifier = Verifier::builder(cluster, policy, SystemTimeSource::new())
        .connection(connection)
        .build()?;
    let verdict = runtime::block_on(verifier.verify(token))?;
    verdict.map_err(told)
}

/// The error, and what is usually behind it.
fn told(error: VerifyError) -> Failed {
    let cause = error.source().map(ToString::to_string);
    let causes = cause.into_iter().chain(advice(&error).map(str::to_owned));
    let causes: Vec<String> = causes.collect();
    match causes.is_empty() {
        true => Failed::new(error.to_string()),
        false => Failed::new(error.to_string()).because(Failed::new(causes.join(BECAUSE))),
    }
}

/// For whoever does not know STS's words, or a TLS library's.
fn advice(error: &VerifyError) -> Option<&'static str> {
    match error {
        VerifyError::Denied { code, .. } => match code.as_str() {
            "SignatureDoesNotMatch" => Some(
                "the token was signed for a cluster of another name, was altered, or the secret key is \
                 not that of its access key",
            ),
            "RequestExpired" | "ExpiredToken" => {
                Some("the token, or the session that signed it, has expired: sign a new one")
            }
            "InvalidClientTokenId" => Some(
                "AWS does not know the access key that signed the token, or not with this session token",
            ),
            _ => None,
        },
        VerifyError::Unavailable(Outage::Unreachable { reason })
            if reason.contains("UnknownIssuer") =>
        {
            Some(
                "name the root certificate of whoever answers for STS with `--ca-file` or AWS_CA_BUNDLE",
            )
        }
        _ => None,
    }
}

/// An identity under the names that aws-iam-authenticator prints it with.
#[derive(Serialize)]
pub(crate) struct Identity<'i> {
    #[serde(rename = "ARN")]
    arn: &'i str,
    #[serde(rename = "CanonicalARN")]
    canonical_arn: &'i str,
    #[serde(rename = "AccountID")]
    account_id: &'i str,
    #[serde(rename = "UserID")]
    user_id: &'i str,
    #[serde(rename = "SessionName")]
    session_name: &'i str,
    #[serde(rename = "AccessKeyID")]
    access_key_id: &'i str,
    #[serde(rename = "STSEndpoint")]
    sts_endpoint: &'i str,
}

impl<'i> Identity<'i> {
    pub(crate) fn of(identity: &'i VerifiedIdentity) -> Self {
        Self {
            arn: identity.arn(),
            canonical_arn: identity.canonical_arn(),
            account_id: identity.account_id(),
            user_id: identity.user_id(),
            session_name: identity.session_name(),
            access_key_id: identity.access_key_id(),
            sts_endpoint: identity.sts_host(),
        }
    }

    /// As Go prints a structure, for whoever reads that of aws-iam-authenticator.
    pub(crate) fn as_go_prints_it(&self) -> String {
        format!(
            "&{{ARN:{} CanonicalARN:{} AccountID:{} UserID:{} SessionName:{} AccessKeyID:{} \
             STSEndpoint:{}}}",
            self.arn,
            self.canonical_arn,
            self.account_id,
            self.user_id,
            self.session_name,
            self.access_key_id,
            self.sts_endpoint
        )
    }
}

impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("ARN", self.arn),
            ("Canonical", self.canonical_arn),
            ("Account", self.account_id),
            ("User id", self.user_id),
            ("Session", self.session_name),
            ("Access key", self.access_key_id),
            ("Host", self.sts_endpoint),
        ];
        for (label, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
            writeln!(f, "{LABEL}{label:<12}{LABEL:#} {value}")?;
        }
        Ok(())
    }
}
