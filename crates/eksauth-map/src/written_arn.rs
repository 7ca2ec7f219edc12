//! ARNs as somebody has written them down.

use eksauth_token::{Arn, ArnError};

use crate::Arns;

/// The lower-cased text that stands for an ARN, with its path.
pub(crate) fn comparable(written: &str, arns: Arns) -> Result<String, ArnError> {
    let lower = written.to_ascii_lowercase();
    match arns {
        Arns::AsWritten => Ok(lower),
        Arns::Canonicalised => Ok(Arn::parse(&lower)?.canonical()?.into_owned()),
    }
}

/// The role behind a lower-cased ARN, if that is the ARN of a session.
pub(crate) fn role_of_session(arn: &str) -> Option<String> {
    let parsed = Arn::parse(arn).ok()?;
    let is_session = parsed.resource().starts_with("assumed-role/");
    let role = parsed.canonical().ok().filter(|_| is_session)?;
    Some(role.into_owned())
}

/// The same ARN without the path of a role, if it is one with a path.
pub(crate) fn without_path(arn: &str) -> Option<String> {
    let parsed = Arn::parse(arn).ok()?;
    let is_role = parsed.service() == "iam" && parsed.resource().starts_with("role/");
    let without = parsed.without_path();
    (is_role && without != arn).then(|| without.into_owned())
}
