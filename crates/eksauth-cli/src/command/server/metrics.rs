//! Everything that is counted, for `/metrics`.

use std::sync::Arc;

use eksauth_server::{AuditLog, Authenticator, CertificateStore, PrivateDnsNames, WebhookMetrics};
use prometheus_client::registry::Registry;

/// Who counts.
pub(super) struct Counting<'a> {
    pub(super) authenticator: &'a Authenticator,
    pub(super) names: &'a PrivateDnsNames,
    pub(super) certificates: &'a CertificateStore,
    pub(super) audit: Option<&'a AuditLog>,
}

impl Counting<'_> {
    /// One registry of all of it.
    pub(super) fn registry(&self, webhook: &WebhookMetrics) -> Arc<Registry> {
        let mut registry = Registry::default();
        webhook.register(&mut registry);
        // All of them count together.
        if let Some(verifier) = self.authenticator.verifiers().next() {
            verifier.metrics().register(&mut registry);
        }
        self.authenticator.map().metrics().register(&mut registry);
        self.names.metrics().register(&mut registry);
        self.certificates.register(&mut registry);
        if let Some(audit) = self.audit {
            audit.register(&mut registry);
        }
        Arc::new(registry)
    }
}
