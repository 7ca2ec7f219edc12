//! What writers change, one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use eksauth_map::{AfterMismatch, BackendMode, IdentityMap, MappingSet, ReservedPrefixes};

use super::Snapshot;

/// How a backend is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackendStatus {
    /// The backend.
    pub mode: BackendMode,
    /// Whether it is asked.
    pub in_order: bool,
    /// How many mappings and accounts it has; nothing before it has told.
    pub entries: Option<usize>,
    /// How long ago it has told them.
    pub age: Option<Duration>,
    /// Why it could not be read since then, or what it has is not all that it should have.
    pub last_error: Option<String>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) order: Vec<BackendMode>,
    pub(super) reserved: ReservedPrefixes,
    pub(super) after_mismatch: AfterMismatch,
    backends: BTreeMap<BackendMode, Backend>,
}

#[derive(Default)]
struct Backend {
    held: Option<Held>,
    last_error: Option<String>,
    /// Why what it holds is not all that it was told to hold.
    in_part: Option<String>,
    edition: u64,
}

struct Held {
    set: Arc<MappingSet>,
    since: SystemTime,
}

impl State {
    /// Whether it is in part in another way than before.
    pub(super) fn loaded(
        &mut self,
        mode: BackendMode,
        set: MappingSet,
        in_part: Option<String>,
        now: SystemTime,
    ) -> bool {
        let backend = self.backends.entry(mode).or_default();
        let is_news = in_part.is_some() && backend.in_part != in_part;
        backend.last_error.clone_from(&in_part);
        backend.in_part = in_part;
        backend.held = Some(Held {
            set: Arc::new(set),
            since: now,
        });
        is_news
    }

    /// Whether it fails in another way than before.
    pub(super) fn failed(&mut self, mode: BackendMode, reason: &str) -> bool {
        let backend = self.backends.entry(mode).or_default();
        let is_news = backend.last_error.as_deref() != Some(reason);
        backend.last_error = Some(reason.to_owned());
        is_news
    }

    pub(super) fn is_in_part(&self, mode: BackendMode) -> bool {
        let backend = self.backends.get(&mode);
        backend.is_some_and(|it| it.in_part.is_some())
    }

    /// Whether it failed before.
    pub(super) fn resumed(&mut self, mode: BackendMode) -> bool {
        let backend = self.backends.entry(mode).or_default();
        let has_failed = backend.last_error != backend.in_part;
        backend.last_error = backend.in_part.clone();
        has_failed
    }

    pub(super) fn next_edition(&mut self, mode: BackendMode) -> u64 {
        let backend = self.backends.entry(mode).or_default();
        backend.edition += 1;
        backend.edition
    }

    /// Whether it is the last edition; what names none always counts.
    pub(super) fn is_current(&self, mode: BackendMode, edition: Option<u64>) -> bool {
        let current = self.backends.get(&mode).map(|it| it.edition);
        edition.is_none() || edition == current
    }

    pub(super) fn retire(&mut self, mode: BackendMode) {
        self.next_edition(mode);
        let backend = self.backends.entry(mode).or_default();
        backend.held = None;
        backend.last_error = None;
        backend.in_part = None;
    }

    /// Those of these that have not told anything.
    pub(super) fn missing(&self, modes: &[BackendMode]) -> Vec<BackendMode> {
        let modes = modes.iter().copied();
        modes.filter(|mode| self.held(*mode).is_none()).collect()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let backends = self.order.iter();
        let backends = backends.filter_map(|mode| Some((*mode, self.held(*mode)?.set.clone())));
        let map = IdentityMap::new(backends.collect(), self.reserved.clone());
        Snapshot {
            map: Arc::new(map.with_after_mismatch(self.after_mismatch)),
            missing: self.missing(&self.order),
        }
    }

    pub(super) fn status(&self, now: SystemTime) -> Vec<BackendStatus> {
        let modes = BackendMode::ALL.into_iter();
        modes
            .map(|mode| self.status_of(mode, now))
            .filter(|it| it.in_order || it.entries.is_some())
            .collect()
    }

    fn status_of(&self, mode: BackendMode, now: SystemTime) -> BackendStatus {
        let held = self.held(mode);
        let backend = self.backends.get(&mode);
        BackendStatus {
            mode,
            in_order: self.order.contains(&mode),
            entries: held.map(|it| it.set.len()),
            // A clock that was put back makes nothing younger than new.
            age: held.map(|it| now.duration_since(it.since).unwrap_or_default()),
            last_error: backend.and_then(|it| it.last_error.clone()),
        }
    }

    fn held(&self, mode: BackendMode) -> Option<&Held> {
        self.backends.get(&mode)?.held.as_ref()
    }
}
