//! Amazon Resource Names of IAM principals.
//!
//! STS names a caller by the session it holds (`…:sts::…:assumed-role/Role/session`), people write
//! down the role (`…:iam::…:role/Role`): [`Arn::canonical`] leads from one to the other.

mod pattern;

use std::borrow::Cow;

use crate::Partition;

pub use pattern::{ArnPattern, NotAnArn};

/// An ARN in its six sections: `arn:partition:service:region:account:resource`.
///
/// # Examples
///
/// ```
/// use eksauth_token::Arn;
///
/// let session = Arn::parse("arn:aws:sts::123456789012:assumed-role/team/Deploy/dev")?;
/// assert_eq!(session.canonical()?, "arn:aws:iam::123456789012:role/team/Deploy");
///
/// let role = Arn::parse("arn:aws:iam::123456789012:role/team/eu/Deploy")?;
/// assert_eq!(role.without_path(), "arn:aws:iam::123456789012:role/Deploy");
/// # Ok::<(), eksauth_token::ArnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    text: &'a str,
    partition: Partition,
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart. Region and account are not judged; the partition must exist.
    ///
    /// # Errors
    ///
    /// [`ArnError::Malformed`] when there are fewer than six sections or the first is not `arn`,
    /// [`ArnError::Partition`] when the second is no partition.
    pub fn parse(text: &'a str) -> Result<Self, ArnError> {
        let [partition, service, region, account, resource] =
            pattern::sections(text).ok_or_else(|| ArnError::Malformed { found: shown(text) })?;
        let partition = partition.parse().map_err(|_| ArnError::Partition {
            found: shown(partition),
        })?;
        Ok(Self {
            text,
            partition,
            service,
            region,
            account,
            resource,
        })
    }

    /// The whole ARN as it was given.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// The partition.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The service, such as `iam` or `sts`.
    pub fn service(&self) -> &'a str {
        self.service
    }

    /// The region; empty for IAM and STS principals.
    pub fn region(&self) -> &'a str {
        self.region
    }

    /// The account id.
    pub fn account(&self) -> &'a str {
        self.account
    }

    /// What follows the fifth colon, such as `role/Admin`.
    pub fn resource(&self) -> &'a str {
        self.resource
    }

    /// The principal behind a session: an assumed role becomes its role (with what STS reports of
    /// its path), users, roles, federated users and the account's root stay as they are. Case is
    /// kept.
    ///
    /// # Errors
    ///
    /// [`ArnError::NotAPrincipal`] for anything else, such as a group or another service.
    pub fn canonical(&self) -> Result<Cow<'a, str>, ArnError> {
        let kind = self.resource.split('/').next().unwrap_or_default();
        match (self.service, kind) {
            ("sts", "federated-user") | ("iam", "role" | "user" | "root") => {
                Ok(Cow::Borrowed(self.text))
            }
            ("sts", "assumed-role") => self.assumed_role().ok_or_else(|| self.not_a_principal()),
            _ => Err(self.not_a_principal()),
        }
    }

    /// The same ARN with a role's path removed; anything but a role stays as it is.
    ///
    /// STS does not report the path of a role that was assumed, so a role written down with its
    /// path can only be compared without it. Two roles of one account cannot share a name, whatever
    /// their paths.
    pub fn without_path(&self) -> Cow<'a, str> {
        match (
            self.resource.split_once('/'),
            self.resource.rsplit_once('/'),
        ) {
            (Some((kind, _)), Some((path, name))) if kind.starts_with("role") && path != kind => {
                let before = &self.text[..self.text.len() - self.resource.len()];
                Cow::Owned(format!("{before}{kind}/{name}"))
            }
            _ => Cow::Borrowed(self.text),
        }
    }

    fn assumed_role(&self) -> Option<Cow<'a, str>> {
        let (_, role_and_session) = self.resource.split_once('/')?;
        let (role, _session) = role_and_session.rsplit_once('/')?;
        Some(Cow::Owned(format!(
            "arn:{}:iam::{}:role/{role}",
            self.partition, self.account
        )))
    }

    fn not_a_principal(&self) -> ArnError {
        ArnError::NotAPrincipal {
            found: shown(self.text),
        }
    }
}

/// Why a text is not the ARN of a principal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArnError {
    /// Not six sections that start with `arn`.
    #[error(
        "expected an ARN (`arn:partition:service:region:account:resource`), but found `{found}`"
    )]
    Malformed {
        /// The text, escaped and cut to a readable length.
        found: String,
    },
    /// A partition that does not exist.
    #[error("expected an ARN in a partition such as `aws`, but found the partition `{found}`")]
    Partition {
        /// The partition, escaped and cut to a readable length.
        found: String,
    },
    /// An ARN of something that cannot call AWS.
    #[error(
        "expected the ARN of an IAM user or role, of an assumed role, of a federated user or of an \
         account's root, but found `{found}`"
    )]
    NotAPrincipal {
        /// The ARN, escaped and cut to a readable length.
        found: String,
    },
}

/// Enough of foreign text to recognise it, with nothing that could disturb a terminal or a log.
fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    text.escape_default().take(LONGEST).collect()
}

#[cfg(test)]
mod tests;
