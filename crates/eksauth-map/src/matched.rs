//! The entry that says who a principal is.

use std::fmt;

use crate::rule::{MatchedBy, Rule};
use crate::shown::shown;
use crate::{BackendMode, InstanceId, NotAnInstanceId, Place, Principal};

/// An entry that has been found for a principal, still to be filled in.
///
/// Filling in is a step of its own, because what [`Match::instance_id`] asks for comes from EC2.
#[derive(Clone, Copy, Debug)]
pub struct Match<'a> {
    backend: BackendMode,
    place: Place,
    /// Nothing for an account.
    rule: Option<&'a Rule>,
    reserved: &'a [String],
}

/// A Kubernetes user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedUser {
    /// The name; never empty.
    pub username: String,
    /// The groups.
    pub groups: Vec<String>,
}

impl<'a> Match<'a> {
    pub(crate) fn of_rule(backend: BackendMode, rule: &'a Rule, reserved: &'a [String]) -> Self {
        Self {
            backend,
            place: rule.place,
            rule: Some(rule),
            reserved,
        }
    }

    /// Reserved prefixes are not for accounts: their users have the names of ARNs.
    pub(crate) fn of_account(backend: BackendMode, place: Place) -> Self {
        Self {
            backend,
            place,
            rule: None,
            reserved: &[],
        }
    }

    /// The backend that has the entry.
    pub fn backend(&self) -> BackendMode {
        self.backend
    }

    /// Where the entry stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// By what it was found.
    pub fn matched_by(&self) -> MatchedBy {
        self.rule.map_or(MatchedBy::Account, |rule| rule.matched_by)
    }

    /// The EC2 instance whose private DNS name [`Match::render`] needs, if it needs one. It is the
    /// name of the principal's session.
    ///
    /// # Errors
    ///
    /// [`MapError::NotAnInstance`] when it needs one and the session has no instance's name.
    pub fn instance_id(&self, principal: &Principal) -> Result<Option<InstanceId>, MapError> {
        if !self.rule.is_some_and(Rule::needs_private_dns_name) {
            return Ok(None);
        }
        match principal.session_name.parse() {
            Ok(id) => Ok(Some(id)),
            Err(NotAnInstanceId { found }) => Err(MapError::NotAnInstance { found }),
        }
    }

    /// The user, with every placeholder filled in.
    ///
    /// # Errors
    ///
    /// [`MapError`], which denies the principal for good.
    pub fn render(
        &self,
        principal: &Principal,
        private_dns_name: Option<&str>,
    ) -> Result<MappedUser, MapError> {
        self.instance_id(principal)?;
        let user = match self.rule {
            Some(rule) => MappedUser {
                username: rule.username.fill_in(principal, private_dns_name)?,
                groups: rule
                    .groups
                    .iter()
                    .map(|group| group.fill_in(principal, private_dns_name))
                    .collect::<Result<_, _>>()?,
            },
            None => MappedUser {
                username: principal.canonical_arn.clone(),
                groups: Vec::new(),
            },
        };
        if user.username.is_empty() {
            return Err(MapError::NoUsername);
        }
        let mut reserved = self.reserved.iter();
        match reserved.find(|prefix| user.username.starts_with(prefix.as_str())) {
            Some(prefix) => Err(MapError::ReservedPrefix {
                prefix: shown(prefix),
            }),
            None => Ok(user),
        }
    }
}

impl fmt::Display for Match<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.backend, self.place)
    }
}

/// Why a user cannot be made of an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// The user name is empty once the placeholders are filled in.
    #[error("expected a user name, but the mapping gives an empty one to this identity")]
    NoUsername,
    /// The backend may not give such a name.
    #[error(
        "expected a user name outside the reserved prefixes of the backend, but the mapping gives \
         one that starts with `{prefix}`"
    )]
    ReservedPrefix {
        /// The prefix, escaped and cut to a readable length.
        prefix: String,
    },
    /// A private DNS name is wanted for what is no EC2 instance.
    #[error(
        "expected a session that has the id of an EC2 instance as its name, because the mapping has \
         the placeholder `{{{{EC2PrivateDNSName}}}}`, but found `{found}`"
    )]
    NotAnInstance {
        /// The session name, escaped and cut to a readable length.
        found: String,
    },
    /// The instance has no private DNS name, or nobody has looked it up.
    #[error(
        "expected the private DNS name of the instance for the placeholder \
         `{{{{EC2PrivateDNSName}}}}`, but found none"
    )]
    NoPrivateDnsName,
}

#[cfg(test)]
mod tests;
