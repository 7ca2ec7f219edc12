//! Why an entry is not added.

use super::super::super::yaml::YamlError;
use crate::shown::shown;
use crate::{Place, ProblemKind, WarningKind};

/// A mapping that is not added. The section stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddError {
    /// The section cannot be read, or would become too long.
    #[error("could not read the section: repair it first")]
    Syntax(#[from] YamlError),
    /// The section is YAML, but no list.
    #[error("expected a section that is a list, but found {found}: repair it first")]
    NotAList {
        /// What stands there instead.
        found: String,
    },
    /// There is an entry about the same principal.
    #[error("expected a principal without a mapping, but found it at {place}")]
    Exists {
        /// Where it stands.
        place: Place,
    },
    /// The mapping could not be used.
    #[error(transparent)]
    Problem(ProblemKind),
    /// The mapping could be used, but would not do what is meant.
    #[error("{0}")]
    Doubtful(WarningKind),
    /// A permission set under `mapUsers`.
    #[error("expected the ARN of a user, but found a permission set, which belongs to `mapRoles`")]
    SsoUser,
    /// A user name, group or user id that is empty, or one of these or an ARN with characters that do
    /// not show.
    #[error(
        "expected visible characters in ARN, user name, groups and user id, but found `{found}`"
    )]
    Text {
        /// The text, escaped and cut to a readable length.
        found: String,
    },
    /// The section with the new entry did not read as the old entries and the new one.
    #[error(
        "could not add the entry so that the others stay as they are: add it by hand, or write the \
         section as a plain list first"
    )]
    Unproven,
}

impl AddError {
    pub(super) fn unusable(text: &str) -> Self {
        Self::Text { found: shown(text) }
    }
}
