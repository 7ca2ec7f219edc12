//! One line of a list of mappings.

use std::fmt;

/// A mapping as somebody has written it down: who, and which Kubernetes user that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Whom it is about.
    pub who: Who,
    /// The unique id that the principal must have, such as `AROA…`, where the backend looks at it.
    pub user_id: Option<String>,
    /// The user name in Kubernetes, with placeholders.
    pub username: String,
    /// The groups in Kubernetes, with placeholders.
    pub groups: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// Whom a mapping is about, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A principal by its ARN.
    Arn(String),
    /// A permission set of IAM Identity Center, not yet judged.
    Sso {
        /// The permission set.
        permission_set_name: String,
        /// The account that it is provisioned in.
        account_id: String,
        /// The partition; empty for `aws`.
        partition: String,
    },
    /// Nobody by name: the user id alone says who.
    UserIdOnly,
}

/// One line of a list of accounts: everybody in it is a user, by their ARN and in no group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The account id as written, twelve digits if it is to match anybody.
    pub id: String,
    /// Where it stands.
    pub place: Place,
}

/// Where a mapping stands in what a person has written, so that they can find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The list.
    pub list: List,
    /// The position in the list, from 0.
    pub index: usize,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
}

/// A list of mappings: one of three that most backends have, or the objects of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// `mapRoles`.
    Roles,
    /// `mapUsers`.
    Users,
    /// `mapAccounts`.
    Accounts,
    /// The objects of the kind `IAMIdentityMapping`, in the order in which they were handed in.
    Objects,
}

impl List {
    /// The key in configuration files; for objects, their kind.
    pub fn key(self) -> &'static str {
        match self {
            Self::Roles => "mapRoles",
            Self::Users => "mapUsers",
            Self::Accounts => "mapAccounts",
            Self::Objects => "IAMIdentityMapping",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.list.key(), self.index)?;
        match self.line {
            Some(line) => write!(f, ", line {line}"),
            None => Ok(()),
        }
    }
}
