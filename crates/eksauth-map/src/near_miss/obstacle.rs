//! The one thing that keeps an entry from matching.

use std::fmt;

/// The one thing that keeps an entry from matching. Texts are escaped and cut to a readable length;
/// parts of ARNs are in lower case, as they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// Another path.
    Path {
        /// The path in the entry, from slash to slash.
        written: String,
        /// That of the principal, as STS reports it: `/` for the session of a role.
        wanted: String,
    },
    /// Another partition.
    Partition {
        /// The partition in the entry.
        written: String,
    },
    /// Another account, and a principal of the same name.
    Account {
        /// The account in the entry.
        written: String,
    },
    /// Another kind of principal, or a kind spelled otherwise.
    Kind {
        /// The kind in the entry.
        written: String,
        /// That of the principal, such as `role`.
        wanted: String,
    },
    /// The ARN of a session, where ARNs are compared as written.
    SessionArn,
    /// The feature gate of permission sets is off.
    SsoOff,
    /// The role is of a permission set whose name only begins like this one's.
    LongerPermissionSet,
    /// Wildcards are off.
    WildcardsOff,
    /// Another user id.
    UserId {
        /// The user id in the entry.
        written: String,
    },
    /// The same user id in other letters.
    UserIdCase {
        /// The user id in the entry.
        written: String,
    },
    /// The user id, beside another ARN.
    Arn,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { written, wanted } if wanted == "/" => {
                write!(f, "this ARN would match without its path `{written}`")
            }
            Self::Path { wanted, .. } => {
                write!(f, "this ARN would match with the path `{wanted}`")
            }
            Self::Partition { written } => {
                write!(f, "this would match in another partition than `{written}`")
            }
            Self::Account { written } => {
                write!(f, "this would match in another account than `{written}`")
            }
            Self::Kind { written, wanted } => {
                write!(
                    f,
                    "this ARN would match with `{wanted}` instead of `{written}`"
                )
            }
            Self::SessionArn => f.write_str(
                "this ARN of a session would match if it were that of its role \
                 (`arn:…:iam::…:role/…`)",
            ),
            Self::SsoOff => f.write_str(
                "this permission set would match if the feature gate `SSORoleMatch` were on",
            ),
            Self::LongerPermissionSet => f.write_str(
                "this permission set is another than that of the role, whose name only begins so",
            ),
            Self::WildcardsOff => f.write_str("this ARN would match if wildcards were turned on"),
            Self::UserId { written } => {
                write!(f, "this would match if the user id were `{written}`")
            }
            Self::UserIdCase { written } => write!(
                f,
                "this would match if the user id `{written}` were written in the same letters, \
                 whose case counts"
            ),
            Self::Arn => f.write_str(
                "this user id would match if the ARN beside it were that of the principal",
            ),
        }
    }
}
