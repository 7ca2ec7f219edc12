//! What is counted about private DNS names.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

/// The counters of [`PrivateDnsNames`](crate::PrivateDnsNames). Clones count together.
#[derive(Clone, Debug, Default)]
pub struct PrivateDnsMetrics {
    calls: Counter,
    call_failures: Counter,
    remembered: Counter,
    failures: Counter,
}

impl PrivateDnsMetrics {
    /// Adds the counters to a registry, under the names of aws-iam-authenticator where it has them.
    pub fn register(&self, registry: &mut Registry) {
        let theirs = registry.sub_registry_with_prefix("aws_iam_authenticator");
        theirs.register(
            "ec2_describe_instances_calls",
            "Calls of EC2's DescribeInstances",
            self.calls.clone(),
        );
        let ours = registry.sub_registry_with_prefix("eksauth_private_dns");
        ours.register(
            "call_failures",
            "Calls of EC2's DescribeInstances without an answer that can be used",
            self.call_failures.clone(),
        );
        ours.register(
            "remembered",
            "Names of instances that needed no call",
            self.remembered.clone(),
        );
        ours.register(
            "failures",
            "Instances asked for and not found, or not in time",
            self.failures.clone(),
        );
    }

    /// Calls of `DescribeInstances`, ever.
    pub fn calls(&self) -> u64 {
        self.calls.get()
    }

    /// Names that needed no call.
    pub fn remembered_names(&self) -> u64 {
        self.remembered.get()
    }

    pub(super) fn called(&self) {
        self.calls.inc();
    }

    pub(super) fn call_failed(&self) {
        self.call_failures.inc();
    }

    pub(super) fn remembered(&self) {
        self.remembered.inc();
    }

    pub(super) fn failed(&self) {
        self.failures.inc();
    }
}
