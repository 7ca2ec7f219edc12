//! Who is to be mapped.

use eksauth_token::{Arn, ArnError};

/// An AWS identity with everything that a mapping can look at.
///
/// It proves nothing: it may come from STS, or from somebody who asks what would be.
///
/// # Examples
///
/// ```
/// use eksauth_map::Principal;
///
/// let session = Principal::from_arn("arn:aws:sts::123456789012:assumed-role/Deploy/dev")?;
/// assert_eq!(session.canonical_arn, "arn:aws:iam::123456789012:role/Deploy");
/// assert_eq!(session.account_id, "123456789012");
/// assert_eq!(session.session_name, "dev");
/// # Ok::<(), eksauth_token::ArnError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// The ARN that STS reports: for a role, the ARN of the session.
    pub arn: String,
    /// The ARN of the principal behind it: for the session of a role, the role, without its path.
    pub canonical_arn: String,
    /// The account, twelve digits.
    pub account_id: String,
    /// The unique id of the principal, such as `AIDA…` of a user or `AROA…` of a role, without the
    /// session.
    pub user_id: String,
    /// The name of the session of a role; empty for everything else.
    pub session_name: String,
    /// The access key id that signed.
    pub access_key_id: String,
}

impl Principal {
    /// What an ARN alone says; the user id and the access key id stay empty.
    ///
    /// # Errors
    ///
    /// [`ArnError`] when it is not the ARN of a principal.
    pub fn from_arn(arn: &str) -> Result<Self, ArnError> {
        let parsed = Arn::parse(arn)?;
        let session_name = match parsed.service() {
            "sts" if parsed.resource().starts_with("assumed-role/") => {
                parsed.resource().rsplit('/').next().unwrap_or_default()
            }
            _ => "",
        };
        Ok(Self {
            arn: arn.to_owned(),
            canonical_arn: parsed.canonical()?.into_owned(),
            account_id: parsed.account().to_owned(),
            session_name: session_name.to_owned(),
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests;
