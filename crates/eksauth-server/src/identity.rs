//! Who STS says has signed a token.

use eksauth_map::Principal;
use eksauth_token::{Arn, Partition};

/// An AWS identity that STS has confirmed.
///
/// Only a [`Verifier`](crate::Verifier) makes one, so holding it is the proof.
///
/// # Examples
///
/// A rule of one's own in place of an [`IdentityMap`](eksauth_map::IdentityMap):
///
/// ```
/// use eksauth_server::VerifiedIdentity;
///
/// /// Sessions of a role go by its name and their own, users by their name.
/// fn username(identity: &VerifiedIdentity) -> Option<String> {
///     let (_, name) = identity.canonical_arn().rsplit_once('/')?;
///     Some(match identity.session_name() {
///         "" => name.to_owned(),
///         session => format!("{name}:{session}"),
///     })
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedIdentity {
    principal: Principal,
    sts_host: String,
}

/// What STS answers to `GetCallerIdentity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallerIdentity {
    pub(crate) account: String,
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

/// What the token said about itself, and STS has confirmed by accepting the signature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) sts_host: &'a str,
    pub(crate) partition: Partition,
}

impl VerifiedIdentity {
    /// Everything that a mapping can look at.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The ARN that STS reports: for a role, the ARN of the session.
    pub fn arn(&self) -> &str {
        &self.principal.arn
    }

    /// The ARN of the principal behind it: for the session of a role, the role, without its path.
    pub fn canonical_arn(&self) -> &str {
        &self.principal.canonical_arn
    }

    /// The account, twelve digits.
    pub fn account_id(&self) -> &str {
        &self.principal.account_id
    }

    /// The unique id of the principal, such as `AIDA…` of a user or `AROA…` of a role. It is never
    /// used again for another principal, as a name may be.
    pub fn user_id(&self) -> &str {
        &self.principal.user_id
    }

    /// The name of the session of a role; empty for everything else.
    pub fn session_name(&self) -> &str {
        &self.principal.session_name
    }

    /// The access key id that signed.
    pub fn access_key_id(&self) -> &str {
        &self.principal.access_key_id
    }

    /// The STS host that confirmed it.
    pub fn sts_host(&self) -> &str {
        &self.sts_host
    }

    /// Puts together what STS said.
    pub(crate) fn new(caller: CallerIdentity, signed: Signed<'_>) -> Result<Self, Unbelievable> {
        let arn = Arn::parse(&caller.arn).map_err(|_| Unbelievable::Arn)?;
        let canonical_arn = arn.canonical().map_err(|_| Unbelievable::Arn)?.into_owned();
        // STS of a partition knows its own accounts only, and the account is part of the ARN:
        // an answer that says otherwise is not STS's.
        if arn.partition() != signed.partition {
            return Err(Unbelievable::Partition);
        }
        if caller.account.is_empty() || arn.account() != caller.account {
            return Err(Unbelievable::Account);
        }
        let (user_id, session_name) = match role_session(&arn) {
            true => split_user_id(&caller.user_id)?,
            false => (caller.user_id.clone(), String::new()),
        };
        if user_id.is_empty() {
            return Err(Unbelievable::UserId);
        }
        Ok(Self {
            principal: Principal {
                canonical_arn,
                account_id: caller.account,
                user_id,
                session_name,
                access_key_id: signed.access_key_id.to_owned(),
                arn: caller.arn,
            },
            sts_host: signed.sts_host.to_owned(),
        })
    }
}

/// Whether the user id has a session name in it.
fn role_session(arn: &Arn<'_>) -> bool {
    let kind = arn.resource().split('/').next().unwrap_or_default();
    matches!(
        (arn.service(), kind),
        ("sts", "assumed-role") | ("iam", "role")
    )
}

/// `AROA…:session`, exactly two parts.
fn split_user_id(user_id: &str) -> Result<(String, String), Unbelievable> {
    match user_id.split_once(':') {
        Some((id, session)) if !session.contains(':') => Ok((id.to_owned(), session.to_owned())),
        _ => Err(Unbelievable::UserId),
    }
}

/// What in an answer of STS cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unbelievable {
    /// The ARN is missing or not that of a principal.
    #[error("expected the ARN of an IAM user, role, federated user or account root")]
    Arn,
    /// The ARN is of another partition than the STS host.
    #[error("expected an ARN in the partition of the STS host")]
    Partition,
    /// The account is missing or not that of the ARN.
    #[error("expected the account that the ARN is in")]
    Account,
    /// The user id is missing, or not `ID:SESSION` for a role.
    #[error("expected a user id, for a role in the form `ID:SESSION`")]
    UserId,
}

#[cfg(test)]
pub(crate) mod tests;
