//! Accounts, users and roles.

use std::fmt;

use eksauth_token::Arn;
use zeroize::Zeroizing;

use super::file::{AccessKeyFile, AccountFile, RoleFile, TrustFile, UserFile};
use super::{Deny, Ground, WorldError, name};

/// AWS's own limits for the longest session of a role, in seconds.
const SESSION_DURATIONS: std::ops::RangeInclusive<u32> = 3_600..=43_200;

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) arn: String,
    pub(crate) access_keys: Vec<AccessKeyEntry>,
    pub(crate) deny: Deny,
}

/// An access key; what is missing is generated when the local AWS starts.
#[derive(Clone)]
pub(crate) struct AccessKeyEntry {
    pub(crate) id: Option<String>,
    pub(crate) secret: Option<Zeroizing<String>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) account: String,
    /// Of the role, with its path.
    pub(crate) arn: String,
    /// What the ARNs of its sessions start with: without its path, as AWS has it.
    pub(crate) session_arn_prefix: String,
    pub(crate) trust: Trust,
    /// In seconds.
    pub(crate) max_session_duration: u32,
    pub(crate) deny: Deny,
}

#[derive(Clone, Debug)]
pub(crate) struct Trust {
    pub(crate) principals: Vec<TrustedPrincipal>,
    pub(crate) external_id: Option<String>,
    /// Subjects of web identity tokens.
    pub(crate) web_identity: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TrustedPrincipal {
    Anyone,
    Account(String),
    /// A user, a role or a session of a role.
    Arn(String),
}

impl Account {
    pub(super) fn of(file: AccountFile) -> Result<Self, WorldError> {
        name::check_account("accounts", &file.id)?;
        Ok(Self { id: file.id })
    }
}

impl Default for Account {
    /// The account of AWS's own documentation.
    fn default() -> Self {
        Self {
            id: "111122223333".to_owned(),
        }
    }
}

impl User {
    pub(super) fn of(file: UserFile, ground: &Ground<'_>) -> Result<Self, WorldError> {
        let entry = format!("users: `{}`", file.name);
        name::check_principal(&entry, &file.name)?;
        name::check_path(&entry, &file.path)?;
        let account = ground.account(&entry, file.account)?;
        let partition = ground.partition;
        let keys = file.access_keys.into_iter();
        Ok(Self {
            arn: format!(
                "arn:{partition}:iam::{account}:user{}{}",
                file.path, file.name
            ),
            access_keys: keys
                .map(|it| AccessKeyEntry::of(it, &entry))
                .collect::<Result<_, _>>()?,
            deny: Deny::of(&entry, &file.deny)?,
            name: file.name,
            account,
        })
    }
}

impl AccessKeyEntry {
    fn of(file: AccessKeyFile, entry: &str) -> Result<Self, WorldError> {
        if let Some(id) = &file.id {
            name::check_access_key_id(entry, id)?;
        }
        if file.secret.as_ref().is_some_and(|it| it.is_empty()) {
            let expected = "a secret access key; leave it out to have one generated";
            let entry = format!("{entry}, accessKeys");
            return Err(WorldError::unexpected(&entry, expected, ""));
        }
        Ok(Self {
            id: file.id,
            secret: file.secret,
        })
    }
}

impl Role {
    pub(super) fn of(file: RoleFile, ground: &Ground<'_>) -> Result<Self, WorldError> {
        let entry = format!("roles: `{}`", file.name);
        name::check_principal(&entry, &file.name)?;
        name::check_path(&entry, &file.path)?;
        if !SESSION_DURATIONS.contains(&file.max_session_duration) {
            return Err(WorldError::unexpected(
                &format!("{entry}, maxSessionDuration"),
                "3600 to 43200 seconds",
                &file.max_session_duration.to_string(),
            ));
        }
        let account = ground.account(&entry, file.account)?;
        let partition = ground.partition;
        Ok(Self {
            arn: format!(
                "arn:{partition}:iam::{account}:role{}{}",
                file.path, file.name
            ),
            session_arn_prefix: format!(
                "arn:{partition}:sts::{account}:assumed-role/{}/",
                file.name
            ),
            trust: Trust::of(file.trust, &entry)?,
            max_session_duration: file.max_session_duration,
            deny: Deny::of(&entry, &file.deny)?,
            name: file.name,
            account,
        })
    }

    pub(super) fn has_session(&self, arn: &str) -> bool {
        arn.strip_prefix(&self.session_arn_prefix)
            .is_some_and(|session| !session.is_empty() && !session.contains('/'))
    }
}

impl Trust {
    fn of(file: TrustFile, entry: &str) -> Result<Self, WorldError> {
        let principals = file.principals.iter();
        let principals = principals
            .map(|it| TrustedPrincipal::of(it, entry))
            .collect::<Result<_, _>>()?;
        if file.external_id.as_deref() == Some("") {
            let entry = format!("{entry}, trust.externalId");
            let expected = "an external id; leave it out when none is needed";
            return Err(WorldError::unexpected(&entry, expected, ""));
        }
        Ok(Self {
            principals,
            external_id: file.external_id,
            web_identity: file.web_identity,
        })
    }
}

impl TrustedPrincipal {
    fn of(text: &str, entry: &str) -> Result<Self, WorldError> {
        if text == "*" {
            return Ok(Self::Anyone);
        }
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::Account(text.to_owned()));
        }
        let entry = format!("{entry}, trust.principals");
        let arn = Arn::parse(text).map_err(|it| WorldError::caused(&entry, it))?;
        if arn.service() == "iam" && arn.resource() == "root" {
            return Ok(Self::Account(arn.account().to_owned()));
        }
        Ok(Self::Arn(text.to_owned()))
    }
}

impl fmt::Display for TrustedPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anyone => "*",
            Self::Account(text) | Self::Arn(text) => text,
        })
    }
}

impl fmt::Debug for AccessKeyEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKeyEntry")
            .field("id", &self.id)
            .field("secret", &self.secret.as_ref().map(|_| "** redacted **"))
            .finish()
    }
}
