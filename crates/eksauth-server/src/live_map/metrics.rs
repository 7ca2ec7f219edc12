//! What is counted about backends.

use std::sync::atomic::AtomicU64;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eksauth_map::BackendMode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// In seconds. Those of aws-iam-authenticator.
const LATENCIES: [f64; 8] = [1.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0];

/// What is counted about a [`LiveMap`](crate::LiveMap) and its backends. Clones count together.
#[derive(Clone, Debug)]
pub struct BackendMetrics {
    loaded: Family<BackendLabel, Gauge>,
    entries: Family<BackendLabel, Gauge>,
    last_loaded: Family<BackendLabel, Gauge<f64, AtomicU64>>,
    loads: Family<BackendLabel, Counter>,
    failures: Family<BackendLabel, Counter>,
    failing: Family<BackendLabel, Gauge>,
    mode_file_failures: Counter,
    mode_file_failing: Gauge,
    dynamic_file_failures: Counter,
    config_map_failures: Counter,
    latency: Family<LatencyLabel, Histogram>,
    dynamic_file_enabled: Gauge,
    dynamic_file_only: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BackendLabel {
    backend: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LatencyLabel {
    r#type: &'static str,
}

/// From the time that is written in a file until its content is in force.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Latency {
    DynamicFile,
    BackendModeFile,
}

impl Default for BackendMetrics {
    fn default() -> Self {
        Self {
            loaded: Family::default(),
            entries: Family::default(),
            last_loaded: Family::default(),
            loads: Family::default(),
            failures: Family::default(),
            failing: Family::default(),
            mode_file_failures: Counter::default(),
            mode_file_failing: Gauge::default(),
            dynamic_file_failures: Counter::default(),
            config_map_failures: Counter::default(),
            latency: Family::new_with_constructor(|| Histogram::new(LATENCIES)),
            dynamic_file_enabled: Gauge::default(),
            dynamic_file_only: Gauge::default(),
        }
    }
}

impl BackendMetrics {
    /// Adds everything to a registry, under the names of aws-iam-authenticator where it has them.
    pub fn register(&self, registry: &mut Registry) {
        self.register_ours(registry.sub_registry_with_prefix("eksauth_backend"));
        self.register_theirs(registry.sub_registry_with_prefix("aws_iam_authenticator"));
    }

    fn register_ours(&self, registry: &mut Registry) {
        registry.register(
            "loaded",
            "Whether the mappings of a backend are there",
            self.loaded.clone(),
        );
        registry.register(
            "entries",
            "Mappings and accounts of a backend",
            self.entries.clone(),
        );
        registry.register_with_unit(
            "last_loaded_timestamp",
            "When a backend has told its mappings last, since 1970",
            Unit::Seconds,
            self.last_loaded.clone(),
        );
        registry.register(
            "loads",
            "How often a backend has told its mappings",
            self.loads.clone(),
        );
        registry.register(
            "failures",
            "How often a backend could not be read, or held what cannot be used",
            self.failures.clone(),
        );
        registry.register(
            "failing",
            "Whether a backend cannot be read, or holds what cannot be used, at this time",
            self.failing.clone(),
        );
        registry.register(
            "mode_file_failures",
            "How often the file that says which backends there are could not be read or used",
            self.mode_file_failures.clone(),
        );
        registry.register(
            "mode_file_failing",
            "Whether that file cannot be read or used at this time",
            self.mode_file_failing.clone(),
        );
    }

    fn register_theirs(&self, registry: &mut Registry) {
        registry.register(
            "dynamicfile_failures",
            "Failures of the backend DynamicFile",
            self.dynamic_file_failures.clone(),
        );
        registry.register(
            "configmap_watch_failures",
            "Failures of the backend EKSConfigMap",
            self.config_map_failures.clone(),
        );
        registry.register_with_unit(
            "dynamic_e2e_latency",
            "From the time that is written in a file until its content is in force",
            Unit::Seconds,
            self.latency.clone(),
        );
        registry.register(
            "dynamic_file_enabled",
            "Whether DynamicFile is one of several backends",
            self.dynamic_file_enabled.clone(),
        );
        registry.register(
            "dynamic_file_only",
            "Whether DynamicFile is the only backend",
            self.dynamic_file_only.clone(),
        );
    }

    /// How often a backend could not be read, or held what cannot be used.
    pub fn failures(&self, mode: BackendMode) -> u64 {
        self.failures.get_or_create(&label(mode)).get()
    }

    /// What is held in part is failing all the time: a moment in between would start alerts anew.
    pub(super) fn loaded(
        &self,
        mode: BackendMode,
        entries: usize,
        is_in_part: bool,
        now: SystemTime,
    ) {
        let label = label(mode);
        self.loaded.get_or_create(&label).set(1);
        let entries = i64::try_from(entries).unwrap_or(i64::MAX);
        self.entries.get_or_create(&label).set(entries);
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.last_loaded
            .get_or_create(&label)
            .set(since.as_secs_f64());
        self.loads.get_or_create(&label).inc();
        self.failing.get_or_create(&label).set(is_in_part.into());
    }

    pub(super) fn failed(&self, mode: BackendMode) {
        self.began_to_fail(mode);
        match mode {
            BackendMode::DynamicFile => self.dynamic_file_failures.inc(),
            BackendMode::EksConfigMap => self.config_map_failures.inc(),
            _ => 0,
        };
    }

    /// As [`failed`](Self::failed), but for the counters of aws-iam-authenticator, which are of failures
    /// to read a backend.
    pub(super) fn began_to_fail(&self, mode: BackendMode) {
        self.failures.get_or_create(&label(mode)).inc();
        self.failing.get_or_create(&label(mode)).set(1);
    }

    pub(super) fn resumed(&self, mode: BackendMode) {
        self.failing.get_or_create(&label(mode)).set(0);
    }

    pub(super) fn retired(&self, mode: BackendMode) {
        let label = label(mode);
        self.loaded.remove(&label);
        self.entries.remove(&label);
        self.last_loaded.remove(&label);
        self.failing.remove(&label);
    }

    pub(super) fn ordered(&self, order: &[BackendMode]) {
        for mode in order {
            // A backend that never tells anything is seen too.
            let _ = self.loaded.get_or_create(&label(*mode));
            let _ = self.failing.get_or_create(&label(*mode));
        }
        let only = order == [BackendMode::DynamicFile];
        let among = !only && order.contains(&BackendMode::DynamicFile);
        self.dynamic_file_only.set(only.into());
        self.dynamic_file_enabled.set(among.into());
    }

    pub(crate) fn mode_file_failed(&self) {
        self.mode_file_failures.inc();
        self.mode_file_failing.set(1);
    }

    pub(crate) fn mode_file_used(&self) {
        self.mode_file_failing.set(0);
    }

    pub(crate) fn took(&self, latency: Latency, time: Duration) {
        let r#type = match latency {
            Latency::DynamicFile => "dynamic_file",
            Latency::BackendModeFile => "dynamic_backend_mode",
        };
        let label = LatencyLabel { r#type };
        self.latency
            .get_or_create(&label)
            .observe(time.as_secs_f64());
    }
}

fn label(mode: BackendMode) -> BackendLabel {
    BackendLabel {
        backend: mode.name(),
    }
}
