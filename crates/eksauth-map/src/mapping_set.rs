//! What one backend holds.

mod builder;
mod subject;

use std::collections::HashMap;

use crate::rule::{Rule, Unmet};
use crate::wildcard::Wildcard;
use crate::{Matching, Place, Principal, UserIds, permission_set};

pub use builder::{Loaded, MappingSetBuilder};

/// An immutable snapshot of one backend.
///
/// Within it, a principal is looked up so: First by its ARN, in the roles. Next by its ARN, in the
/// users. Next by its permission set. Finally, the entries with wildcards, in the order in which
/// they were written. Of two entries about the same principal in one list, the last counts. (Where
/// [`UserIds::Required`](crate::UserIds::Required) holds, the user id takes the place of all of
/// these.) The accounts are a list of their own.
///
/// # Examples
///
/// ```
/// use eksauth_map::{BackendMode, List, Mapping, MappingSet, Matching, Place, Who};
///
/// let mapping = Mapping {
///     who: Who::Arn("arn:aws:iam::123456789012:role/Deploy".to_owned()),
///     user_id: None,
///     username: "deploy:{{SessionName}}".to_owned(),
///     groups: vec!["deployers".to_owned()],
///     place: Place { list: List::Roles, index: 0, line: Some(3) },
/// };
/// let loaded = MappingSet::builder(Matching::of(BackendMode::MountedFile))
///     .mappings([mapping])
///     .build();
/// assert!(loaded.problems.is_empty() && loaded.warnings.is_empty());
/// assert_eq!(loaded.set.len(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct MappingSet {
    matching: Matching,
    /// Everything that was written and can be used, also what can match nobody.
    rules: Vec<Rule>,
    /// By lower-cased ARN, or by user id. The values of this and the next two point into `rules`.
    exact: HashMap<Box<str>, usize>,
    /// By the lower-cased ARN up to the generated suffix.
    permission_sets: HashMap<Box<str>, usize>,
    wildcards: Vec<(Wildcard, usize)>,
    accounts: HashMap<Box<str>, Place>,
}

impl MappingSet {
    /// Begins a snapshot.
    pub fn builder(matching: Matching) -> MappingSetBuilder {
        MappingSetBuilder::new(matching)
    }

    /// A snapshot without entries, as of a backend that has not answered yet.
    pub fn empty(matching: Matching) -> Self {
        Self {
            matching,
            rules: Vec::new(),
            exact: HashMap::new(),
            permission_sets: HashMap::new(),
            wildcards: Vec::new(),
            accounts: HashMap::new(),
        }
    }

    /// How many mappings and accounts there are.
    pub fn len(&self) -> usize {
        self.rules.len() + self.accounts.len()
    }

    /// Whether there is neither a mapping nor an account.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How its entries are compared.
    pub fn matching(&self) -> Matching {
        self.matching
    }

    /// The entry for a principal, whose lower-cased canonical ARN the caller has already.
    pub(crate) fn find(
        &self,
        principal: &Principal,
        lower_arn: &str,
    ) -> Result<Option<&Rule>, (Unmet, &Rule)> {
        let Some(rule) = self.find_by_name(principal, lower_arn) else {
            return Ok(None);
        };
        match rule.check(principal) {
            Ok(()) => Ok(Some(rule)),
            Err(unmet) => Err((unmet, rule)),
        }
    }

    /// The entry of the account list that has a principal.
    pub(crate) fn account(&self, account_id: &str) -> Option<Place> {
        self.accounts.get(account_id).copied()
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    fn find_by_name(&self, principal: &Principal, lower_arn: &str) -> Option<&Rule> {
        let key = match self.matching.user_ids {
            UserIds::Required => &principal.user_id,
            UserIds::Ignored | UserIds::Pinned => lower_arn,
        };
        let index = self
            .exact
            .get(key)
            .or_else(|| {
                self.permission_sets
                    .get(permission_set::stem_of(lower_arn)?)
            })
            .or_else(|| {
                let mut wildcards = self.wildcards.iter();
                let (_, index) = wildcards.find(|(wildcard, _)| wildcard.matches(lower_arn))?;
                Some(index)
            })?;
        self.rules.get(*index)
    }
}

#[cfg(test)]
mod tests;
