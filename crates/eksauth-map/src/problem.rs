//! What is wrong, or only odd, with an entry.

use std::fmt;

use eksauth_token::{ArnError, UnknownPartition};

use crate::{Place, template};

/// An entry that cannot be used. Whether the others are is for the backend to say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {kind}")]
pub struct Problem {
    /// Where the entry stands.
    pub place: Place,
    /// What is wrong with it. Its own source is the source of the problem.
    pub kind: ProblemKind,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Nobody would know the user.
    #[error("expected a user name, but found none")]
    NoUsername,
    /// Nothing says whom it is about.
    #[error("expected the ARN of a principal, but found none")]
    NoArn,
    /// Strict user ids, and this entry has none.
    #[error(
        "expected a user id, by which the principals of this backend are found, but found none"
    )]
    NoUserId,
    /// Its ARN is that of no principal.
    #[error(transparent)]
    Arn(ArnError),
    /// A wildcard where it would let in more than roles of one account.
    #[error(
        "expected wildcards only in the name of a role, as in \
         `arn:aws:iam::123456789012:role/deploy-*`, but found `{found}`"
    )]
    Wildcard {
        /// The ARN, escaped and cut to a readable length.
        found: String,
    },
    /// A permission set, where the backend has none.
    #[error(
        "expected the ARN of a principal, but found a permission set, which this backend does not \
         look at"
    )]
    Sso,
    /// An account that is none.
    #[error("expected the account of a permission set in twelve digits, but found `{found}`")]
    SsoAccount {
        /// The account, escaped and cut to a readable length.
        found: String,
    },
    /// A name that no permission set can have.
    #[error(
        "expected the name of a permission set (1 to 32 of the characters `A-Z a-z 0-9 _ + = , . @ \
         -`), but found `{found}`"
    )]
    SsoName {
        /// The name, escaped and cut to a readable length.
        found: String,
    },
    /// A partition that does not exist.
    #[error(transparent)]
    SsoPartition(UnknownPartition),
}

/// An entry that is used, and probably not what its author meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where the entry stands.
    pub place: Place,
    /// What is odd about it.
    pub kind: WarningKind,
}

/// What is odd about an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// A role with its path matches nobody.
    RolePath {
        /// The ARN that matches.
        write: String,
    },
    /// Another entry is about the same principal, and counts.
    Replaced {
        /// The one that counts.
        by: Place,
    },
    /// Another entry is about the same principal once paths are dropped, and counts.
    ReplacedWithoutPath {
        /// The one that counts.
        by: Place,
    },
    /// The ARN of a session, compared as written, matches nobody.
    SessionArn,
    /// A text that is no principal's ARN matches nobody.
    NotAPrincipal(ArnError),
    /// Wildcards that are ordinary characters here.
    LiteralWildcard,
    /// A path before a wildcard is never dropped.
    PathBeforeWildcard,
    /// The feature gate is off.
    SsoOff,
    /// The user id alone is looked at.
    SsoBesideUserId,
    /// Something in double braces that is no placeholder.
    UnknownPlaceholder {
        /// With its braces, escaped and cut to a readable length.
        found: String,
    },
    /// An account id that no account has.
    AccountId {
        /// The id, escaped and cut to a readable length.
        found: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RolePath { write } => write!(
                f,
                "this matches nobody, because STS names the sessions of a role without its path: \
                 write `{write}`, or let paths be dropped"
            ),
            Self::Replaced { by } => {
                write!(f, "{by} is about the same principal, and counts instead")
            }
            Self::ReplacedWithoutPath { by } => write!(
                f,
                "{by} is about the same principal once paths are dropped, and counts instead: \
                 remove one of the two"
            ),
            Self::SessionArn => f.write_str(
                "this matches nobody, because ARNs are compared as written here: write the ARN of \
                 the role (`arn:…:iam::…:role/…`) instead of that of its session",
            ),
            Self::NotAPrincipal(error) => write!(f, "this matches nobody: {error}"),
            Self::LiteralWildcard => f.write_str(
                "`*` and `?` are ordinary characters here, so this matches nobody: write one entry \
                 for each principal, or turn wildcards on, which are for `mapRoles`",
            ),
            Self::PathBeforeWildcard => f.write_str(
                "this matches nobody, because STS names the sessions of a role without its path, \
                 which is never dropped from an ARN with wildcards: write it without",
            ),
            Self::SsoOff => f.write_str(
                "this matches nobody while the feature gate `SSORoleMatch` is off: turn it on, or \
                 write the ARN of the role",
            ),
            Self::SsoBesideUserId => f.write_str(
                "the permission set is not looked at, because the user id alone says who this is",
            ),
            Self::UnknownPlaceholder { found } => write!(
                f,
                "`{found}` stays as it is, because the placeholders are {}, spelled exactly so",
                template::placeholders()
            ),
            Self::AccountId { found } => write!(
                f,
                "expected an account id of twelve digits, but found `{found}`, which matches \
                 nobody (in quotes, leading zeros stay)"
            ),
        }
    }
}
