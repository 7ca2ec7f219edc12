//! What a webhook is made of.

use std::fmt;
use std::sync::Arc;

use prometheus_client::registry::Registry;

use super::judge::Judge;
use super::readiness::Probe;
use super::request_ids::RequestIds;
use super::{Authenticate, DenialStatus, Webhook, WebhookLimits, WebhookMetrics};
use crate::{AuditLog, CertificateStore};

/// What a [`Webhook`] is made of.
pub struct WebhookBuilder<A> {
    authenticator: A,
    certificates: CertificateStore,
    limits: WebhookLimits,
    denial_status: DenialStatus,
    audit: Option<AuditLog>,
    metrics: WebhookMetrics,
    registry: Option<Arc<Registry>>,
    readiness: Probe,
}

impl<A: Authenticate> WebhookBuilder<A> {
    pub(super) fn new(authenticator: A, certificates: CertificateStore) -> Self {
        Self {
            authenticator,
            certificates,
            limits: WebhookLimits::default(),
            denial_status: DenialStatus::default(),
            audit: None,
            metrics: WebhookMetrics::default(),
            registry: None,
            readiness: Probe::default(),
        }
    }

    /// Other bounds than the default.
    #[must_use]
    pub fn limits(mut self, limits: WebhookLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The HTTP status of denials.
    #[must_use]
    pub fn denial_status(mut self, denial_status: DenialStatus) -> Self {
        self.denial_status = denial_status;
        self
    }

    /// Where each decision is written down.
    #[must_use]
    pub fn audit(mut self, audit: AuditLog) -> Self {
        self.audit = Some(audit);
        self
    }

    /// Counters that are registered already, and the registry that `/metrics` shows. Without this
    /// there is no `/metrics`.
    #[must_use]
    pub fn metrics(mut self, metrics: WebhookMetrics, registry: Arc<Registry>) -> Self {
        self.metrics = metrics;
        self.registry = Some(registry);
        self
    }

    /// Asked by `/readyz`: the names of what is not there yet, such as a backend that has not
    /// loaded. They are shown to whoever asks.
    #[must_use]
    pub fn ready(mut self, missing: impl Fn() -> Vec<String> + Send + Sync + 'static) -> Self {
        self.readiness = Probe::new(missing);
        self
    }

    /// The webhook.
    pub fn build(self) -> Webhook<A> {
        let judge = Judge {
            ids: RequestIds::since(self.certificates.now()),
            requests: Judge::<A>::requests(&self.limits),
            room: Judge::<A>::room(&self.limits),
            authenticator: self.authenticator,
            certificates: self.certificates,
            limits: Arc::new(self.limits),
            denial_status: self.denial_status,
            audit: self.audit,
            metrics: self.metrics,
            registry: self.registry,
            readiness: self.readiness,
        };
        Webhook {
            judge: Arc::new(judge),
        }
    }
}

impl<A> fmt::Debug for WebhookBuilder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookBuilder")
            .field("limits", &self.limits)
            .field("denial_status", &self.denial_status)
            .finish_non_exhaustive()
    }
}
