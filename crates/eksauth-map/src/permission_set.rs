//! Permission sets of IAM Identity Center.
//!
//! Identity Center provisions a permission set as a role with a generated suffix:
//! `AWSReservedSSO_<name>_<suffix>`.

use eksauth_token::Partition;

use crate::ProblemKind;
use crate::shown::shown;

/// The lower-cased ARN of every role of a permission set, up to the generated suffix: by what
/// [`stem_of`] returns, one look finds the entry.
///
/// # Errors
///
/// [`ProblemKind`] when there can be no such permission set.
pub(crate) fn stem(name: &str, account: &str, partition: &str) -> Result<String, ProblemKind> {
    if !is_account_id(account) {
        let found = shown(account);
        return Err(ProblemKind::SsoAccount { found });
    }
    if !is_name(name) {
        let found = shown(name);
        return Err(ProblemKind::SsoName { found });
    }
    let partition = match partition {
        "" => Partition::Aws,
        text => text.parse().map_err(ProblemKind::SsoPartition)?,
    };
    let name = name.to_ascii_lowercase();
    Ok(format!(
        "arn:{partition}:iam::{account}:role/awsreservedsso_{name}_"
    ))
}

/// A lower-cased ARN up to its last `_`, if a suffix follows.
///
/// The generated suffix has no `_`, so the role of the set `Ops_Readonly` is none of the set `Ops`.
/// Nor has it a `/`: no path passes for a part of a name.
pub(crate) fn stem_of(arn: &str) -> Option<&str> {
    let (stem, suffix) = arn.split_at_checked(arn.rfind('_')? + 1)?;
    (!suffix.is_empty() && !suffix.contains('/')).then_some(stem)
}

/// `^[0-9]{12}$`
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// `^[\w+=,.@-]{1,32}$`
fn is_name(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

#[cfg(test)]
mod tests;
