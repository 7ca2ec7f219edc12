//! The names that are remembered.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;
use tokio::time::Instant;

use super::{InstanceId, PrivateDnsError};

/// The nodes of the largest clusters, twice.
const MOST_NAMES: usize = 10_000;

/// Anybody who may assume a role of nodes can name sessions by instances that do not exist.
const MOST_MISSING: usize = 1_000;

/// The id of an instance is never used again, and its name stays: this is for what AWS may yet invent.
const NAME_LIFETIME: Duration = Duration::from_hours(24);

/// An instance may show up a moment after it has started.
const MISSING_LIFETIME: Duration = Duration::from_secs(5);

/// Found names, and apart from them what was not found, which so pushes no name out.
pub(super) struct Names {
    found: Cache<InstanceId, (Arc<str>, Instant)>,
    missing: Cache<InstanceId, Instant>,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            found: Cache::new(MOST_NAMES),
            missing: Cache::new(MOST_MISSING),
        }
    }
}

impl Names {
    /// What is remembered of an instance.
    pub(super) fn get(&self, id: &InstanceId) -> Option<Result<Arc<str>, PrivateDnsError>> {
        if let Some((name, since)) = self.found.get(id)
            && since.elapsed() < NAME_LIFETIME
        {
            return Some(Ok(name));
        }
        let since = self.missing.get(id)?;
        let still = since.elapsed() < MISSING_LIFETIME;
        still.then(|| Err(PrivateDnsError::NoInstance { id: id.clone() }))
    }

    pub(super) fn found(&self, id: &InstanceId, name: Arc<str>) {
        self.found.insert(id.clone(), (name, Instant::now()));
    }

    pub(super) fn missing(&self, id: &InstanceId) {
        self.missing.insert(id.clone(), Instant::now());
    }
}
