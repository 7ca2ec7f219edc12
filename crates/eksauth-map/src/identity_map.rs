//! One backend after the other.

use std::fmt;
use std::sync::Arc;

use crate::rule::Unmet;
use crate::{BackendMode, MappingSet, Match, NearMiss, Place, Principal, ReservedPrefixes};

/// The backends in their configured order.
///
/// They are asked one after the other: the first that has an entry for the principal decides, or
/// else has the principal's account in its list. So the account list of an earlier backend comes
/// before an entry of a later one.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use eksauth_map::{
///     Account, BackendMode, IdentityMap, List, MappingSet, Matching, Place, Principal,
///     ReservedPrefixes,
/// };
///
/// let account = Account {
///     id: "123456789012".to_owned(),
///     place: Place { list: List::Accounts, index: 0, line: None },
/// };
/// let mode = BackendMode::MountedFile;
/// let loaded = MappingSet::builder(Matching::of(mode)).accounts([account]).build();
/// let map = IdentityMap::new(vec![(mode, Arc::new(loaded.set))], ReservedPrefixes::default());
///
/// let dev = Principal::from_arn("arn:aws:iam::123456789012:user/Dev")?;
/// let found = map.decide(&dev)?;
/// assert_eq!(found.to_string(), "MountedFile, mapAccounts[0]");
/// assert_eq!(found.render(&dev, None)?.username, "arn:aws:iam::123456789012:user/Dev");
///
/// let other = Principal::from_arn("arn:aws:iam::210987654321:user/Dev")?;
/// assert!(map.decide(&other).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct IdentityMap {
    backends: Vec<(BackendMode, Arc<MappingSet>)>,
    reserved: ReservedPrefixes,
    after_mismatch: AfterMismatch,
}

/// What follows when an entry is found by the user id and the ARN is another, or the other way
/// round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterMismatch {
    /// The principal is denied: somebody has made a role or user anew, or has written down two that
    /// do not belong together.
    #[default]
    Deny,
    /// The account list and the other backends are asked still, as in aws-iam-authenticator.
    GoOn,
}

impl IdentityMap {
    /// A map of backends in their configured order.
    pub fn new(backends: Vec<(BackendMode, Arc<MappingSet>)>, reserved: ReservedPrefixes) -> Self {
        Self {
            backends,
            reserved,
            after_mismatch: AfterMismatch::default(),
        }
    }

    /// The same map with another answer to mismatches.
    #[must_use]
    pub fn with_after_mismatch(self, after_mismatch: AfterMismatch) -> Self {
        Self {
            after_mismatch,
            ..self
        }
    }

    /// The backends in their order.
    pub fn backends(&self) -> &[(BackendMode, Arc<MappingSet>)] {
        &self.backends
    }

    /// The entry that says who a principal is. It is the last word: when [`Match::render`] fails,
    /// no other entry is asked.
    ///
    /// # Errors
    ///
    /// [`Denial`] when there is none, or when the one that was found by the user id or the ARN does
    /// not agree with the other.
    pub fn decide(&self, principal: &Principal) -> Result<Match<'_>, Denial> {
        let lower_arn = principal.canonical_arn.to_ascii_lowercase();
        let mut mismatches = Vec::new();
        for (backend, set) in &self.backends {
            let backend = *backend;
            match set.find(principal, &lower_arn) {
                Ok(Some(rule)) => {
                    return Ok(Match::of_rule(backend, rule, self.reserved.of(backend)));
                }
                Ok(None) => {}
                Err((unmet, rule)) => mismatches.push(Mismatch {
                    backend,
                    place: rule.place,
                    unmet,
                }),
            }
            if self.after_mismatch == AfterMismatch::Deny && !mismatches.is_empty() {
                break;
            }
            if let Some(place) = set.account(&principal.account_id) {
                return Ok(Match::of_account(backend, place));
            }
        }
        Err(match mismatches.is_empty() {
            true => Denial::NotMapped,
            false => Denial::Mismatched(mismatches),
        })
    }

    /// The entries that would match a principal but for one thing, for a person who asks why none
    /// does. Looks at every entry.
    pub fn near_misses(&self, principal: &Principal) -> Vec<NearMiss> {
        let backends = self.backends.iter();
        backends
            .flat_map(|(backend, set)| NearMiss::all_in(*backend, set, principal))
            .collect()
    }
}

/// Why a principal is nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denial {
    /// No entry has it.
    #[error("the identity is not mapped to a Kubernetes user")]
    NotMapped,
    /// Entries were found by one of ARN and user id, and have another of the other.
    #[error("{}", listed(.0))]
    Mismatched(Vec<Mismatch>),
}

/// An entry that was found by one of ARN and user id, and has another of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The backend of the entry.
    pub backend: BackendMode,
    /// Where the entry stands.
    pub place: Place,
    /// Which of the two the principal does not have.
    pub unmet: Unmet,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.backend, self.place, self.unmet)
    }
}

fn listed(mismatches: &[Mismatch]) -> String {
    let texts: Vec<_> = mismatches.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

#[cfg(test)]
mod tests;
