//! From entries as written to a snapshot.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::MappingSet;
use super::subject::{self, Subject};
use crate::permission_set::is_account_id;
use crate::rule::{MatchedBy, Rule};
use crate::shown::shown;
use crate::template::Template;
use crate::wildcard::Wildcard;
use crate::written_arn::comparable;
use crate::{Account, List, Mapping, Matching, Problem, ProblemKind, Warning, WarningKind, Who};

/// Collects the entries of one backend. See [`MappingSet`].
#[derive(Debug)]
pub struct MappingSetBuilder {
    set: MappingSet,
    /// By their lower-cased ARN.
    wildcards: HashMap<Box<str>, (Wildcard, usize)>,
    /// Each list of groups once: very many entries have the same few.
    groups: HashSet<Arc<[Template]>>,
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
}

/// A snapshot with what was found on the way.
#[derive(Clone, Debug)]
#[must_use = "the problems are for the backend to judge"]
pub struct Loaded {
    /// The entries that can be used.
    pub set: MappingSet,
    /// The entries that cannot. They are not in the set.
    pub problems: Vec<Problem>,
    /// Entries that are in the set and probably not what their author meant.
    pub warnings: Vec<Warning>,
}

impl MappingSetBuilder {
    pub(super) fn new(matching: Matching) -> Self {
        Self {
            set: MappingSet::empty(matching),
            wildcards: HashMap::new(),
            groups: HashSet::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds mappings in the order in which they were written.
    pub fn mappings(mut self, mappings: impl IntoIterator<Item = Mapping>) -> Self {
        let mappings = mappings.into_iter();
        self.set.rules.reserve(mappings.size_hint().0);
        for mapping in mappings {
            let place = mapping.place;
            let mut warnings = Vec::new();
            if let Err(kind) = self.add(mapping, &mut warnings) {
                self.problems.push(Problem { place, kind });
                continue;
            }
            let warnings = warnings.into_iter().map(|kind| Warning { place, kind });
            self.warnings.extend(warnings);
        }
        self
    }

    /// Adds accounts. Everybody in one is a user.
    pub fn accounts(mut self, accounts: impl IntoIterator<Item = Account>) -> Self {
        for Account { id, place } in accounts {
            if !is_account_id(&id) {
                let kind = WarningKind::AccountId { found: shown(&id) };
                self.warnings.push(Warning { place, kind });
            }
            // A principal without an account is in none.
            if !id.is_empty() {
                self.set.accounts.insert(id.into(), place);
            }
        }
        self
    }

    /// The snapshot.
    pub fn build(mut self) -> Loaded {
        self.set.rules.shrink_to_fit();
        self.set.wildcards = self.wildcards.into_values().collect();
        self.set.wildcards.sort_unstable_by_key(|(_, index)| *index);
        Loaded {
            set: self.set,
            problems: self.problems,
            warnings: self.warnings,
        }
    }

    fn add(
        &mut self,
        mapping: Mapping,
        warnings: &mut Vec<WarningKind>,
    ) -> Result<(), ProblemKind> {
        let matching = self.set.matching;
        let subject = Subject::of(&mapping, matching, warnings)?;
        if mapping.username.is_empty() {
            return Err(ProblemKind::NoUsername);
        }
        let demand = subject::demand(&mapping, matching.user_ids, warnings);
        let rule = Rule {
            matched_by: match &subject {
                Subject::Arn(_) => MatchedBy::Arn,
                Subject::PermissionSet(_) | Subject::Nobody => MatchedBy::Sso,
                Subject::Wildcard(..) => MatchedBy::Wildcard,
                Subject::UserId(_) => MatchedBy::UserId,
            },
            demand,
            username: template(&mapping.username, warnings),
            groups: self.groups(&mapping.groups, warnings),
            who: mapping.who,
            user_id: mapping.user_id,
            place: mapping.place,
        };
        self.insert(subject, rule);
        Ok(())
    }

    fn groups(&mut self, groups: &[String], warnings: &mut Vec<WarningKind>) -> Arc<[Template]> {
        let groups: Vec<_> = groups.iter().map(|it| template(it, warnings)).collect();
        match self.groups.get(groups.as_slice()) {
            Some(known) => Arc::clone(known),
            None => {
                let groups: Arc<[Template]> = groups.into();
                self.groups.insert(Arc::clone(&groups));
                groups
            }
        }
    }

    fn insert(&mut self, subject: Subject, rule: Rule) {
        let index = self.set.rules.len();
        let list = rule.place.list;
        self.set.rules.push(rule);
        let replaced = match subject {
            Subject::Arn(key) | Subject::UserId(key) => self.insert_exact(key, index, list),
            Subject::PermissionSet(stem) => self.set.permission_sets.insert(stem.into(), index),
            Subject::Wildcard(wildcard, arn) => self
                .wildcards
                .insert(arn.into(), (wildcard, index))
                .map(|(_, index)| index),
            Subject::Nobody => None,
        };
        if let Some(other) = replaced {
            self.warn_of_replacement(other, index);
        }
    }

    /// The other entry with the same key, if there is one. The last counts, but a role before a user
    /// whichever comes last.
    fn insert_exact(&mut self, key: String, index: usize, list: List) -> Option<usize> {
        match self.set.exact.entry(key.into()) {
            Entry::Vacant(entry) => {
                entry.insert(index);
                None
            }
            Entry::Occupied(mut entry) => {
                let other = *entry.get();
                let is_user = |list| list == List::Users;
                let other_list = self.set.rules.get(other).map(|rule| rule.place.list);
                if !is_user(list) || other_list.is_some_and(is_user) {
                    entry.insert(index);
                }
                Some(other)
            }
        }
    }

    /// Tells the author of the one of two entries that does not count.
    fn warn_of_replacement(&mut self, first: usize, second: usize) {
        let (Some(first), Some(second)) = (self.set.rules.get(first), self.set.rules.get(second))
        else {
            return;
        };
        let keeps_first = first.place.list != List::Users && second.place.list == List::Users;
        let (counts, does_not) = match keeps_first {
            true => (first, second),
            false => (second, first),
        };
        let by = counts.place;
        let kind = match self.comparable(first) == self.comparable(second) {
            true => WarningKind::Replaced { by },
            false => WarningKind::ReplacedWithoutPath { by },
        };
        let place = does_not.place;
        self.warnings.push(Warning { place, kind });
    }

    /// The ARN of an entry before its path is dropped.
    fn comparable(&self, rule: &Rule) -> Option<String> {
        match &rule.who {
            Who::Arn(arn) if rule.matched_by == MatchedBy::Arn => {
                comparable(arn, self.set.matching.arns).ok()
            }
            _ => None,
        }
    }
}

fn template(text: &str, warnings: &mut Vec<WarningKind>) -> Template {
    let template = Template::new(text);
    let unknown = template.unknown_placeholders();
    warnings.extend(unknown.map(|found| WarningKind::UnknownPlaceholder { found }));
    template
}
