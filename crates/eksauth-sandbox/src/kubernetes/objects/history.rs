//! The last changes, so that a watch can go on from where it was.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Object;

/// How many changes are kept. A watch that falls further behind has expired: this bounds what slow
/// readers cost.
pub(in crate::kubernetes) const KEPT: usize = 1_024;

/// Changes without a gap, the last of which has the current resource version.
pub(super) struct History {
    revision: u64,
    changes: VecDeque<Change>,
}

/// An object before and after; neither is never, and both is a modification. What was deleted has
/// the resource version of its deletion.
#[derive(Clone, Debug)]
pub(in crate::kubernetes) struct Change {
    pub(in crate::kubernetes) revision: u64,
    pub(in crate::kubernetes) before: Option<Arc<Object>>,
    pub(in crate::kubernetes) after: Option<Arc<Object>>,
}

/// The changes after that resource version are no longer all known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kubernetes) struct Expired {
    /// The oldest resource version to go on from.
    pub(in crate::kubernetes) oldest: u64,
}

impl History {
    pub(super) fn new() -> Self {
        Self {
            // Zero means "any" to clients.
            revision: 1,
            changes: VecDeque::new(),
        }
    }

    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) fn push(&mut self, before: Option<Arc<Object>>, after: Option<Arc<Object>>) {
        self.revision += 1;
        if self.changes.len() == KEPT {
            self.changes.pop_front();
        }
        self.changes.push_back(Change {
            revision: self.revision,
            before,
            after,
        });
    }

    pub(super) fn after(&self, revision: u64) -> Result<Option<Change>, Expired> {
        let oldest = match self.changes.front() {
            Some(first) => first.revision - 1,
            None => self.revision,
        };
        let expired = Expired { oldest };
        let index = revision.checked_sub(oldest).ok_or(expired)?;
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        Ok(self.changes.get(index).cloned())
    }
}
