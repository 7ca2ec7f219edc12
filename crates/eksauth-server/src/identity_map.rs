//! Which Kubernetes user an AWS identity is.

mod template;

use std::collections::{HashMap, HashSet};

use eksauth_token::{Arn, ArnError};
use serde::Deserialize;

use crate::{UserInfo, VerifiedIdentity};

/// An immutable set of mappings from IAM principals to Kubernetes users.
///
/// Roles are looked up first, next users, finally accounts. ARNs are compared without regard to case,
/// as IAM does. Of two mappings with the same ARN the last one counts.
///
/// # Examples
///
/// ```
/// use eksauth_server::{IdentityMap, RoleMapping};
///
/// let role = RoleMapping {
///     role_arn: "arn:aws:iam::123456789012:role/Deploy".to_owned(),
///     username: "deploy:{{SessionName}}".to_owned(),
///     groups: vec!["deployers".to_owned()],
/// };
/// let map = IdentityMap::new([role], [], [])?;
/// # Ok::<(), eksauth_server::InvalidMapping>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct IdentityMap {
    roles: HashMap<String, Target>,
    users: HashMap<String, Target>,
    accounts: HashSet<String>,
}

/// A role and the user that its sessions are. `{{AccountID}}`, `{{SessionName}}`, `{{SessionNameRaw}}`
/// and `{{AccessKeyID}}` in the names are filled in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RoleMapping {
    /// The role. The ARN of one of its sessions stands for the role.
    #[serde(alias = "rolearn", alias = "roleARN")]
    pub role_arn: String,
    /// The user name in Kubernetes.
    pub username: String,
    /// The groups in Kubernetes.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// An IAM user and the Kubernetes user that it is. Placeholders are those of [`RoleMapping`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct UserMapping {
    /// The user.
    #[serde(alias = "userarn", alias = "userARN")]
    pub user_arn: String,
    /// The user name in Kubernetes.
    pub username: String,
    /// The groups in Kubernetes.
    #[serde(default)]
    pub groups: Vec<String>,
}

#[derive(Clone, Debug)]
struct Target {
    username: String,
    groups: Vec<String>,
}

impl IdentityMap {
    /// A map of these roles, users and accounts. Everybody of such an account is the Kubernetes
    /// user with the name of the canonical ARN, in no group.
    ///
    /// # Errors
    ///
    /// [`InvalidMapping`] names the first entry whose ARN is not that of a principal, or that would
    /// make a user without a name.
    pub fn new(
        roles: impl IntoIterator<Item = RoleMapping>,
        users: impl IntoIterator<Item = UserMapping>,
        accounts: impl IntoIterator<Item = String>,
    ) -> Result<Self, InvalidMapping> {
        let mut map = Self {
            accounts: accounts.into_iter().collect(),
            ..Self::default()
        };
        for role in roles {
            let (key, target) = entry(&role.role_arn, role.username, role.groups)?;
            map.roles.insert(key, target);
        }
        for user in users {
            let (key, target) = entry(&user.user_arn, user.username, user.groups)?;
            map.users.insert(key, target);
        }
        Ok(map)
    }

    /// The user that an identity is.
    ///
    /// # Errors
    ///
    /// [`MapError`] when no entry has the identity, or when the user name of the entry cannot be
    /// filled in.
    pub fn map(&self, identity: &VerifiedIdentity) -> Result<UserInfo, MapError> {
        let key = identity.canonical_arn().to_ascii_lowercase();
        let target = self.roles.get(&key).or_else(|| self.users.get(&key));
        if let Some(target) = target {
            return target.fill_in(identity);
        }
        if self.accounts.contains(identity.account_id()) {
            let username = identity.canonical_arn().to_owned();
            return Ok(UserInfo::new(username, Vec::new(), identity));
        }
        Err(MapError::NotMapped)
    }
}

impl Target {
    fn fill_in(&self, identity: &VerifiedIdentity) -> Result<UserInfo, MapError> {
        let username = template::fill_in(&self.username, identity)?;
        if username.is_empty() {
            return Err(MapError::NoUsername);
        }
        let groups = self.groups.iter();
        let groups = groups
            .map(|group| template::fill_in(group, identity))
            .collect::<Result<_, _>>()?;
        Ok(UserInfo::new(username, groups, identity))
    }
}

fn entry(
    arn: &str,
    username: String,
    groups: Vec<String>,
) -> Result<(String, Target), InvalidMapping> {
    let invalid = |reason| InvalidMapping {
        arn: arn.escape_default().to_string(),
        reason,
    };
    let canonical = Arn::parse(arn).and_then(|it| it.canonical());
    let canonical = canonical.map_err(|error| invalid(Reason::Arn(error)))?;
    if username.is_empty() {
        return Err(invalid(Reason::NoUsername));
    }
    let target = Target { username, groups };
    Ok((canonical.to_ascii_lowercase(), target))
}

/// A mapping that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not use the mapping of `{arn}`")]
pub struct InvalidMapping {
    arn: String,
    #[source]
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error(transparent)]
    Arn(ArnError),
    #[error("expected a user name, but found none")]
    NoUsername,
}

/// Why an identity is no user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// No entry has it.
    #[error("the identity is not mapped to a Kubernetes user")]
    NotMapped,
    /// Its user name is empty once the placeholders are filled in.
    #[error("the mapping gives an empty user name to this identity")]
    NoUsername,
    /// A placeholder that cannot be filled in.
    #[error("the mapping has the placeholder `{{{{{0}}}}}`, which cannot be filled in here")]
    Placeholder(&'static str),
}

#[cfg(test)]
mod tests;
