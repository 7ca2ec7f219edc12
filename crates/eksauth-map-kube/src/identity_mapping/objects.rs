//! All objects, and the snapshot that they make.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use eksauth_map::{Loaded, MappingSet, Matching, Place, Problem, Warning, WarningKind};

use super::entry::Entry;
use crate::foreign_text::shown;
use crate::update::Snapshot;

/// The objects that exist, by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Objects(BTreeMap<Box<str>, Entry>);

impl Objects {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let named = entries.into_iter().map(|entry| (entry.name.clone(), entry));
        Self(named.collect())
    }

    /// Whether that changes anything: most updates are about the status.
    pub(super) fn apply(&mut self, entry: Entry) -> bool {
        if self.0.get(&entry.name) == Some(&entry) {
            return false;
        }
        self.0.insert(entry.name.clone(), entry);
        true
    }

    pub(super) fn remove(&mut self, entry: &Entry) -> bool {
        self.0.remove(&entry.name).is_some()
    }

    /// Of several objects about one principal, the last that a set is given counts. So the oldest
    /// comes last: nobody takes over a principal by adding an object. Of those made in the same
    /// second, the first by name counts.
    pub(super) fn snapshot(&self, matching: Matching) -> Snapshot {
        let mut entries: Vec<_> = self.0.values().collect();
        entries.sort_by_key(|entry| Reverse((entry.created, &entry.name)));
        let names: Arc<[Box<str>]> = entries.iter().map(|entry| entry.name.clone()).collect();
        let mappings = entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| entry.mapping(index));
        let Loaded {
            set,
            problems,
            warnings,
        } = MappingSet::builder(matching).mappings(mappings).build();
        let unread = entries.iter().filter_map(|entry| {
            let why = entry.spec.as_ref().err()?;
            Some(format!("{}: {why}", object(&entry.name)))
        });
        let problems = problems.iter().map(|problem| problem_line(problem, &names));
        let warnings = warnings.iter().map(|warning| warning_line(warning, &names));
        let mut troubles: Vec<_> = unread.chain(problems).collect();
        let unusable = troubles.len();
        troubles.extend(warnings);
        Snapshot::new(set, troubles, unusable, names)
    }
}

fn problem_line(problem: &Problem, names: &[Box<str>]) -> String {
    format!("{}: {}", place(problem.place, names), problem.kind)
}

fn warning_line(warning: &Warning, names: &[Box<str>]) -> String {
    let here = place(warning.place, names);
    match &warning.kind {
        WarningKind::Replaced { by } | WarningKind::ReplacedWithoutPath { by } => format!(
            "{here}: this does not count, because {} is about the same principal and older, or made in \
             the same second and first by name",
            place(*by, names)
        ),
        kind => format!("{here}: {kind}"),
    }
}

fn place(place: Place, names: &[Box<str>]) -> String {
    match names.get(place.index) {
        Some(name) => object(name),
        None => place.to_string(),
    }
}

fn object(name: &str) -> String {
    format!("IAMIdentityMapping `{}`", shown(name))
}
