//! What a watch tells.

use std::sync::Arc;

use eksauth_map::{List, MappingSet, Place};

use crate::WatchFailure;

/// What a watch tells whoever uses the mappings.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "it is handed over once for each change of the cluster"
)]
pub enum Update {
    /// The cluster holds this now. The first one says that the mappings are loaded, even if there
    /// are none.
    Mappings(Snapshot),
    /// Nothing is heard for a while. What was told before stays in use, and it is tried again, until
    /// there are mappings again or it is [`Resumed`](Self::Resumed).
    Failed(WatchFailure),
    /// The cluster is heard again, and nothing was missed: what was told before a failure still counts.
    Resumed,
}

/// What the cluster holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The mappings that can be used.
    pub set: MappingSet,
    /// What is wrong or odd with the others, a line each, escaped. No more than
    /// [`Snapshot::MOST_TROUBLES`], of which the last may count the rest.
    pub troubles: Vec<String>,
    /// How many entries, objects or whole lists cannot be used: for a list that is no YAML, the last good
    /// one counts.
    pub unusable: usize,
    names: Arc<[Box<str>]>,
}

impl Snapshot {
    /// A line for each of 100,000 broken objects would help nobody.
    pub const MOST_TROUBLES: usize = 100;

    pub(crate) fn new(
        set: MappingSet,
        troubles: impl IntoIterator<Item = String>,
        unusable: usize,
        names: Arc<[Box<str>]>,
    ) -> Self {
        let mut all = troubles.into_iter();
        let mut troubles: Vec<_> = all.by_ref().take(Self::MOST_TROUBLES).collect();
        let more = all.count();
        if more > 0 {
            troubles.pop();
            troubles.push(format!("and {} more of this kind", more + 1));
        }
        Self {
            set,
            troubles,
            unusable,
            names,
        }
    }

    /// The object that a mapping of this set stands in, for [`List::Objects`].
    pub fn object_name(&self, place: Place) -> Option<&str> {
        match place.list {
            List::Objects => self.names.get(place.index).map(|name| &**name),
            _ => None,
        }
    }

    /// The names of the objects, at the index that [`Place`] has for [`List::Objects`]. Empty for
    /// `aws-auth`.
    pub fn object_names(&self) -> Arc<[Box<str>]> {
        Arc::clone(&self.names)
    }
}
