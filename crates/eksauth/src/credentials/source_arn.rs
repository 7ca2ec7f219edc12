//! On whose behalf a role is assumed.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use eksauth_token::Arn;

use super::InvalidRole;
use super::role::shown;

/// A resource and its account, for a trust policy that looks at `aws:SourceArn` and
/// `aws:SourceAccount`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourceArn {
    arn: String,
    account: String,
}

impl SourceArn {
    pub(super) fn new(arn: String) -> Result<Self, InvalidRole> {
        let parsed = Arn::parse(&arn).map_err(|source| InvalidRole::SourceArn {
            found: shown(&arn),
            source: Some(source),
        })?;
        // It becomes the value of a header.
        if parsed.account().is_empty() || !arn.bytes().all(|it| it.is_ascii_graphic()) {
            return Err(InvalidRole::SourceArn {
                found: shown(&arn),
                source: None,
            });
        }
        let account = parsed.account().to_owned();
        Ok(Self { arn, account })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.arn
    }

    /// Says so in the headers of a request that is not signed yet.
    pub(super) fn name_in(&self, request: &mut HttpRequest) {
        let headers = request.headers_mut();
        headers.insert("x-amz-source-arn", self.arn.clone());
        headers.insert("x-amz-source-account", self.account.clone());
    }
}
