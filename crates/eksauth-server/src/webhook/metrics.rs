//! What a webhook counts.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// The counters of a webhook. Clones count together.
#[derive(Clone, Debug)]
pub struct WebhookMetrics {
    latency: Family<ResultLabel, Histogram, LatencyBuckets>,
    in_flight: Gauge,
    connections: Gauge,
    rejected: Family<LimitLabel, Counter>,
}

/// A bound that was reached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    Connections,
    Requests,
    Bodies,
    BodyLength,
    BodyTime,
    RequestTime,
    Handshake,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabel {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    limit: &'static str,
}

/// Those of `aws-iam-authenticator`, in seconds.
#[derive(Clone, Debug)]
struct LatencyBuckets;

impl MetricConstructor<Histogram> for LatencyBuckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new([
            0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
        ])
    }
}

impl Default for WebhookMetrics {
    fn default() -> Self {
        Self {
            latency: Family::new_with_constructor(LatencyBuckets),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            rejected: Family::default(),
        }
    }
}

impl WebhookMetrics {
    /// Adds the counters to a registry, under the names of aws-iam-authenticator where it has them.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("aws_iam_authenticator");
        registry.register_with_unit(
            "authenticate_latency",
            "Time from a request's headers to its answer, by result",
            Unit::Seconds,
            self.latency.clone(),
        );
        registry.register(
            "webhook_requests_in_flight",
            "Reviews in progress",
            self.in_flight.clone(),
        );
        registry.register(
            "webhook_connections",
            "Open connections, those in their TLS handshake included",
            self.connections.clone(),
        );
        registry.register(
            "webhook_limited",
            "Connections and requests that reached a limit, by limit",
            self.rejected.clone(),
        );
    }

    /// Reviews in progress, of which the bodies are there.
    pub fn requests_in_flight(&self) -> i64 {
        self.in_flight.get()
    }

    /// Open connections, those in their TLS handshake included.
    pub fn connections(&self) -> i64 {
        self.connections.get()
    }

    pub(super) fn answered(&self, result: &'static str, after: Duration) {
        self.latency
            .get_or_create(&ResultLabel { result })
            .observe(after.as_secs_f64());
    }

    pub(super) fn limited(&self, bound: Bound) {
        let limit = match bound {
            Bound::Connections => "connections",
            Bound::Requests => "requests",
            Bound::Bodies => "bodies",
            Bound::BodyLength => "body_length",
            Bound::BodyTime => "body_time",
            Bound::RequestTime => "request_time",
            Bound::Handshake => "handshake_time",
        };
        self.rejected.get_or_create(&LimitLabel { limit }).inc();
    }

    pub(super) fn request_begins(&self) -> Counted {
        Counted::one_of(&self.in_flight)
    }

    pub(super) fn connection_begins(&self) -> Counted {
        Counted::one_of(&self.connections)
    }
}

/// Counts until it is dropped, however it ends.
pub(super) struct Counted(Gauge);

impl Counted {
    fn one_of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
