//! User names that a backend may not give.

use std::collections::HashMap;

use crate::BackendMode;

/// The beginnings of user names that each backend may not give, such as `system:`.
///
/// # Examples
///
/// ```
/// use eksauth_map::{BackendMode, ReservedPrefixes};
///
/// let reserved: ReservedPrefixes =
///     [(BackendMode::DynamicFile, vec!["system:".to_owned()])].into_iter().collect();
/// assert_eq!(reserved.of(BackendMode::DynamicFile), ["system:"]);
/// assert!(reserved.of(BackendMode::Crd).is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReservedPrefixes {
    by_backend: HashMap<BackendMode, Vec<String>>,
}

impl ReservedPrefixes {
    /// The prefixes that a backend may not use.
    pub fn of(&self, backend: BackendMode) -> &[String] {
        self.by_backend.get(&backend).map_or(&[], Vec::as_slice)
    }
}

/// Of two lists for one backend the later counts. Empty prefixes are left out: every name starts
/// with them.
impl FromIterator<(BackendMode, Vec<String>)> for ReservedPrefixes {
    fn from_iter<I: IntoIterator<Item = (BackendMode, Vec<String>)>>(lists: I) -> Self {
        let without_empty = |(backend, mut prefixes): (_, Vec<String>)| {
            prefixes.retain(|prefix| !prefix.is_empty());
            (backend, prefixes)
        };
        Self {
            by_backend: lists.into_iter().map(without_empty).collect(),
        }
    }
}
