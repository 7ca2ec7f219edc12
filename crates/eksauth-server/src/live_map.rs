//! The mappings that are in force.

mod metrics;
mod state;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth_map::{AfterMismatch, BackendMode, IdentityMap, MappingSet, ReservedPrefixes};
use tokio::sync::watch;

use state::State;

pub use metrics::BackendMetrics;
pub(crate) use metrics::Latency;
pub use state::BackendStatus;

/// The mappings of all backends, replaced while requests read them.
///
/// - A reader takes no lock, and what it has taken never changes.
/// - Writers come one after the other. Each replaces the whole map at once.
/// - What a backend held last stays in force when it fails.
/// - A backend that is in the order and has not told anything yet is passed over, as
///   aws-iam-authenticator does it. So until [`is_ready`](Self::is_ready), which is when `/readyz` is ok,
///   a later backend may decide alone, also about somebody of whom an earlier one will say something
///   else.
///
/// Clones share everything.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_server::LiveMap;
/// use eksauth_server::map::{BackendMode, MappingSet, Matching};
///
/// let mode = BackendMode::MountedFile;
/// let map = LiveMap::new(vec![mode], SystemTimeSource::new());
/// assert_eq!(map.missing(), [mode]);
///
/// map.publish(mode, MappingSet::empty(Matching::of(mode)));
/// assert!(map.is_ready());
/// assert_eq!(map.current().backends().len(), 1);
/// ```
#[derive(Clone)]
pub struct LiveMap {
    shared: Arc<Shared>,
}

/// One state of the mappings, as a request sees it.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) map: Arc<IdentityMap>,
    /// The backends that it should have and does not.
    pub(crate) missing: Vec<BackendMode>,
}

struct Shared {
    current: ArcSwap<Snapshot>,
    state: Mutex<State>,
    /// How often anything has changed.
    changes: watch::Sender<u64>,
    time_source: SharedTimeSource,
    metrics: BackendMetrics,
}

impl LiveMap {
    /// A map of these backends in this order, of which none has told anything yet.
    pub fn new(order: Vec<BackendMode>, time_source: impl TimeSource + 'static) -> Self {
        let shared = Shared {
            current: ArcSwap::default(),
            state: Mutex::default(),
            changes: watch::Sender::default(),
            time_source: SharedTimeSource::new(time_source),
            metrics: BackendMetrics::default(),
        };
        let map = Self {
            shared: Arc::new(shared),
        };
        map.set_order(order);
        map
    }

    /// User names that backends may not give.
    pub fn set_reserved_prefixes(&self, reserved: ReservedPrefixes) {
        self.change(|state| state.reserved = reserved);
    }

    /// What follows when an entry is found by the user id and the ARN is another, or the other way
    /// round.
    pub fn set_after_mismatch(&self, after_mismatch: AfterMismatch) {
        self.change(|state| state.after_mismatch = after_mismatch);
    }

    /// The mappings of now, for one request.
    pub fn current(&self) -> Arc<IdentityMap> {
        Arc::clone(&self.shared.current.load().map)
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.current.load_full()
    }

    /// A backend holds this from now on.
    pub fn publish(&self, mode: BackendMode, set: MappingSet) {
        self.publish_as(mode, None, set, None);
    }

    /// A backend could not be read. What it held stays in force. Nothing secret may be in the reason.
    pub fn failed(&self, mode: BackendMode, reason: String) {
        self.failed_as(mode, None, reason);
    }

    /// Backends are asked in this order from now on; what is not in it is not asked.
    pub fn set_order(&self, order: Vec<BackendMode>) {
        self.change(|state| {
            self.shared.metrics.ordered(&order);
            state.order = order;
        });
    }

    /// The order in force.
    pub fn order(&self) -> Vec<BackendMode> {
        self.lock().order.clone()
    }

    /// Whether every backend in the order has told what it holds.
    pub fn is_ready(&self) -> bool {
        self.shared.current.load().missing.is_empty()
    }

    /// The backends in the order that have not told anything yet.
    pub fn missing(&self) -> Vec<BackendMode> {
        self.shared.current.load().missing.clone()
    }

    /// How each backend is that is in the order or has told something.
    pub fn status(&self) -> Vec<BackendStatus> {
        self.lock().status(self.shared.time_source.now())
    }

    /// What is counted.
    pub fn metrics(&self) -> &BackendMetrics {
        &self.shared.metrics
    }

    /// Whether all of these have told what they hold, whatever the order.
    pub(crate) fn have_loaded(&self, modes: &[BackendMode]) -> bool {
        self.lock().missing(modes).is_empty()
    }

    /// A number for the sources of a backend from now on. What earlier ones tell does not count any
    /// more.
    pub(crate) fn next_edition(&self, mode: BackendMode) -> u64 {
        self.lock().next_edition(mode)
    }

    /// A backend is not asked any more, and what it held is forgotten.
    pub(crate) fn retire(&self, mode: BackendMode) {
        self.change(|state| {
            state.retire(mode);
            self.shared.metrics.retired(mode);
        });
    }

    /// Publishes, unless the edition is an earlier one. What is published in part is with a reason.
    pub(crate) fn publish_as(
        &self,
        mode: BackendMode,
        edition: Option<u64>,
        set: MappingSet,
        in_part: Option<String>,
    ) {
        let now = self.shared.time_source.now();
        let entries = set.len();
        self.change(|state| {
            if !state.is_current(mode, edition) {
                return;
            }
            let is_news = state.loaded(mode, set, in_part.clone(), now);
            let metrics = &self.shared.metrics;
            metrics.loaded(mode, entries, in_part.is_some(), now);
            tracing::info!(backend = mode.name(), entries, "mappings are in force");
            if let Some(reason) = in_part.filter(|_| is_news) {
                metrics.began_to_fail(mode);
                tracing::warn!(backend = mode.name(), reason, "mappings are used in part");
            }
        });
    }

    /// Fails, unless the edition is an earlier one.
    pub(crate) fn failed_as(&self, mode: BackendMode, edition: Option<u64>, reason: String) {
        let mut state = self.lock();
        if !state.is_current(mode, edition) {
            return;
        }
        self.shared.metrics.failed(mode);
        // What fails in the same way again and again would flood the log.
        match state.failed(mode, &reason) {
            true => tracing::warn!(backend = mode.name(), reason, "mappings were not read"),
            false => tracing::debug!(backend = mode.name(), reason, "mappings were not read"),
        }
    }

    /// What a backend held still counts, unless the edition is an earlier one.
    pub(crate) fn resumed_as(&self, mode: BackendMode, edition: u64) {
        let mut state = self.lock();
        if state.is_current(mode, Some(edition)) && state.resumed(mode) {
            if !state.is_in_part(mode) {
                self.shared.metrics.resumed(mode);
            }
            tracing::info!(backend = mode.name(), "mappings can be read again");
        }
    }

    /// Changes whenever a backend tells something or the order changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        // While it is locked, so that the last writer's map stays.
        self.shared.current.store(Arc::new(state.snapshot()));
        drop(state);
        self.shared.changes.send_modify(|it| *it += 1);
    }

    /// Nothing panics while it is locked, and every state of it is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        let state = self.shared.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LiveMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveMap")
            .field("order", &self.order())
            .finish_non_exhaustive()
    }
}
