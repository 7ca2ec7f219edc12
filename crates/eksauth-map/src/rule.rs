//! A mapping that is ready to be used.

use std::fmt;
use std::sync::Arc;

use crate::template::Template;
use crate::{Place, Principal, Who};

/// A mapping with everything about it that can be worked out beforehand.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// As written, for those who ask why it did not match.
    pub(crate) who: Who,
    pub(crate) user_id: Option<String>,
    pub(crate) matched_by: MatchedBy,
    pub(crate) demand: Demand,
    pub(crate) username: Template,
    /// Shared by all rules of a set that give the same groups.
    pub(crate) groups: Arc<[Template]>,
    pub(crate) place: Place,
}

/// What a principal that was found must have besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    Nothing,
    /// That of the rule.
    UserId,
    /// This one.
    Arn(Box<str>),
    /// The ARN that it must have is none.
    Impossible,
}

/// By what an entry was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MatchedBy {
    /// The ARN.
    Arn,
    /// The permission set of IAM Identity Center.
    Sso,
    /// The ARN of a role with wildcards in its name.
    Wildcard,
    /// The user id.
    UserId,
    /// The account.
    Account,
}

/// What a principal does not have although the entry was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unmet {
    /// It has the user id, but another ARN.
    Arn,
    /// It has the ARN, but another user id.
    UserId,
}

impl Rule {
    pub(crate) fn check(&self, principal: &Principal) -> Result<(), Unmet> {
        match &self.demand {
            Demand::UserId if self.user_id.as_ref() != Some(&principal.user_id) => {
                Err(Unmet::UserId)
            }
            Demand::Arn(arn) if !arn.eq_ignore_ascii_case(&principal.canonical_arn) => {
                Err(Unmet::Arn)
            }
            Demand::Impossible => Err(Unmet::Arn),
            Demand::Nothing | Demand::UserId | Demand::Arn(_) => Ok(()),
        }
    }

    pub(crate) fn needs_private_dns_name(&self) -> bool {
        self.username.needs_private_dns_name()
            || self.groups.iter().any(Template::needs_private_dns_name)
    }
}

impl fmt::Display for MatchedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arn => "ARN",
            Self::Sso => "permission set",
            Self::Wildcard => "wildcard",
            Self::UserId => "user id",
            Self::Account => "account",
        })
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arn => "the ARN does not match the user id",
            Self::UserId => "the user id does not match the ARN",
        })
    }
}
