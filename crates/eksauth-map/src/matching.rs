//! How the mappings of a backend are compared with a principal.

use crate::BackendMode;

/// The rules of one backend. They differ between backends because aws-iam-authenticator's do.
///
/// # Examples
///
/// ```
/// use eksauth_map::{BackendMode, Matching, Sso, UserIds};
///
/// let mut config_map = Matching::of(BackendMode::EksConfigMap);
/// config_map.sso = Sso::Matched;
///
/// let mut strict = Matching::of(BackendMode::DynamicFile);
/// strict.user_ids = UserIds::Required;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Matching {
    /// What is compared with the canonical ARN of a principal. Case never matters.
    pub arns: Arns,
    /// What becomes of entries for a permission set.
    pub sso: Sso,
    /// Whether `*` (any run of characters) and `?` (exactly one) in the name of a role under
    /// `mapRoles` stand for others. aws-iam-authenticator has no such thing.
    pub wildcards: bool,
    /// What becomes of the path of a role.
    pub role_paths: RolePaths,
    /// What the user id of an entry is for.
    pub user_ids: UserIds,
}

/// What is compared with the canonical ARN of a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arns {
    /// The text as it stands there. The ARN of a session never matches.
    AsWritten,
    /// Its principal: the ARN of a session stands for its role, and an ARN of no principal, once it
    /// is in lower case, is a [`Problem`](crate::Problem).
    Canonicalised,
}

/// What becomes of entries for a permission set of IAM Identity Center.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sso {
    /// They match the roles of the permission set: the feature gate `SSORoleMatch` is on.
    Matched,
    /// They are judged, and match nobody: the feature gate is off.
    Ignored,
    /// The backend has no such entries: one that is there is a [`Problem`](crate::Problem).
    Refused,
}

/// What becomes of the path of a role, such as `/team/` in `role/team/Deploy`.
///
/// STS names the session of a role without the path, so a role that is written down with it matches
/// nobody as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolePaths {
    /// It is compared like the rest of the ARN.
    AsWritten,
    /// It is dropped: `role/team/Deploy` matches the sessions of `role/Deploy`.
    ///
    /// Two ARNs that are written differently are then the same, and the path protects nothing: who may make roles in that account, even if only below
    /// another path, can make one that matches as soon as the name is free. A user id at the entry,
    /// with [`UserIds::Pinned`], closes that: no role that is made later has it.
    Dropped,
}

/// What the user id of an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserIds {
    /// Nobody looks at it.
    Ignored,
    /// Where an entry has one, the principal must have it in addition to the ARN.
    Pinned,
    /// It alone finds the entry. If the entry has an ARN as well, the principal must have that too,
    /// apart from a role's path.
    Required,
}

impl Matching {
    /// The rules of a backend when nobody has asked for others.
    pub fn of(backend: BackendMode) -> Self {
        let (arns, sso) = match backend {
            BackendMode::MountedFile => (Arns::Canonicalised, Sso::Ignored),
            BackendMode::EksConfigMap => (Arns::AsWritten, Sso::Ignored),
            BackendMode::Crd | BackendMode::DynamicFile => (Arns::Canonicalised, Sso::Refused),
        };
        Self {
            arns,
            sso,
            wildcards: false,
            role_paths: RolePaths::AsWritten,
            user_ids: UserIds::Ignored,
        }
    }
}
