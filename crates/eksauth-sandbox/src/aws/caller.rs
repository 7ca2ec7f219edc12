//! Who calls: users, roles and their sessions.

use std::collections::HashMap;
use std::sync::Arc;

use data_encoding::BASE32_NOPAD;
use eksauth_token::Partition;
use sha2::{Digest as _, Sha256};

use crate::World;
use crate::world::{Action, Deny, Role, TrustedPrincipal, User};

/// The users and roles of a world, by ARN.
pub(super) struct Principals {
    partition: Partition,
    users: HashMap<String, Arc<User>>,
    roles: HashMap<String, Arc<Role>>,
}

/// An authenticated caller.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    /// A user, with a long-term key.
    User(Arc<User>),
    /// A user, with a session of `GetSessionToken`.
    UserSession(Arc<User>),
    /// A session of a role.
    RoleSession(Arc<Role>, String),
}

impl Principals {
    pub(super) fn of(world: &World) -> Self {
        let users = world.users.iter();
        let roles = world.roles.iter();
        Self {
            partition: world.partition(),
            users: users
                .map(|it| (it.arn.clone(), Arc::new(it.clone())))
                .collect(),
            roles: roles
                .map(|it| (it.arn.clone(), Arc::new(it.clone())))
                .collect(),
        }
    }

    pub(super) fn partition(&self) -> Partition {
        self.partition
    }

    pub(super) fn user(&self, arn: &str) -> Option<&Arc<User>> {
        self.users.get(arn)
    }

    pub(super) fn role(&self, arn: &str) -> Option<Arc<Role>> {
        self.roles.get(arn).cloned()
    }
}

impl Role {
    /// A session of this role.
    pub(super) fn session(self: &Arc<Self>, name: &str) -> Caller {
        Caller::RoleSession(Arc::clone(self), name.to_owned())
    }
}

impl Caller {
    pub(super) fn account(&self) -> &str {
        match self {
            Self::User(user) | Self::UserSession(user) => &user.account,
            Self::RoleSession(role, _) => &role.account,
        }
    }

    /// As `GetCallerIdentity` tells it: that of a role's session lacks the role's path.
    pub(super) fn arn(&self) -> String {
        match self {
            Self::User(user) | Self::UserSession(user) => user.arn.clone(),
            Self::RoleSession(role, session) => format!("{}{session}", role.session_arn_prefix),
        }
    }

    pub(super) fn user_id(&self) -> String {
        match self {
            Self::User(user) | Self::UserSession(user) => unique_id("AIDA", &user.arn),
            Self::RoleSession(role, session) => {
                format!("{}:{session}", unique_id("AROA", &role.arn))
            }
        }
    }

    pub(super) fn is_denied(&self, action: Action) -> bool {
        self.deny().denies(action)
    }

    /// Whether one of a role's trusted principals is this caller.
    pub(super) fn is_trusted_by(&self, role: &Role) -> bool {
        role.trust.principals.iter().any(|trusted| match trusted {
            TrustedPrincipal::Anyone => true,
            TrustedPrincipal::Account(id) => id == self.account(),
            TrustedPrincipal::Arn(arn) => *arn == self.arn() || *arn == *self.principal_arn(),
        })
    }

    /// Of the user or role, not of the session.
    fn principal_arn(&self) -> &str {
        match self {
            Self::User(user) | Self::UserSession(user) => &user.arn,
            Self::RoleSession(role, _) => &role.arn,
        }
    }

    fn deny(&self) -> &Deny {
        match self {
            Self::User(user) | Self::UserSession(user) => &user.deny,
            Self::RoleSession(role, _) => &role.deny,
        }
    }
}

/// IAM's unique id of a principal: random at AWS, but here the same at each start, so that mappings
/// by id can be written down.
fn unique_id(kind: &str, arn: &str) -> String {
    let hash = BASE32_NOPAD.encode(&Sha256::digest(arn));
    format!("{kind}{}", &hash[..17])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_by_its_role_without_the_path() {
        let principals = Principals::of(&World::default());
        let role = principals
            .role("arn:aws:iam::111122223333:role/teams/Viewer")
            .unwrap();
        let caller = role.session("s");
        assert_eq!(
            caller.arn(),
            "arn:aws:sts::111122223333:assumed-role/Viewer/s"
        );
        let id = caller.user_id();
        assert!(
            id.starts_with("AROA") && id.ends_with(":s") && id.len() == 23,
            "{id}"
        );
        assert_eq!(id, role.session("s").user_id());
        assert_ne!(
            id,
            principals
                .role("arn:aws:iam::111122223333:role/Admin")
                .unwrap()
                .session("s")
                .user_id()
        );
    }
}
