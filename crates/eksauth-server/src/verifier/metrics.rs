//! What a verifier counts.

use std::sync::Arc;

use eksauth_token::PresignedUrl;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::region_labels::RegionLabels;
use super::{Verdict, VerifyError};

/// The counters of a verifier. Clones count together.
///
/// Label values come from closed sets, so the number of series is bounded whatever is in tokens.
#[derive(Clone, Debug, Default)]
pub struct VerifierMetrics {
    regions: Arc<RegionLabels>,
    sts_responses: Family<ResponseLabels, Counter>,
    sts_throttling: Family<RegionLabel, Counter>,
    sts_connection_failures: Family<RegionLabel, Counter>,
    verifications: Family<ResultLabel, Counter>,
    remembered: Counter,
    in_flight: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(
    non_snake_case,
    reason = "the labels' names are those of aws-iam-authenticator"
)]
struct ResponseLabels {
    ResponseCode: u16,
    StsRegion: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(
    non_snake_case,
    reason = "the label's name is that of aws-iam-authenticator"
)]
struct RegionLabel {
    StsRegion: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabel {
    result: &'static str,
}

impl VerifierMetrics {
    /// Adds the counters to a registry, under the names of aws-iam-authenticator where it has them.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("aws_iam_authenticator");
        registry.register(
            "sts_responses",
            "Answers of STS, by HTTP status and region",
            self.sts_responses.clone(),
        );
        registry.register(
            "sts_throttling",
            "Answers of STS that ask for fewer requests, by region",
            self.sts_throttling.clone(),
        );
        registry.register(
            "sts_connection_failures",
            "Calls of STS that got no answer, or not the whole of one, by region",
            self.sts_connection_failures.clone(),
        );
        registry.register(
            "verifications",
            "Tokens verified, by result",
            self.verifications.clone(),
        );
        registry.register(
            "verifications_remembered",
            "Verifications that needed no call, because the token was verified before",
            self.remembered.clone(),
        );
        registry.register(
            "sts_calls_in_flight",
            "Calls of STS in progress, those waiting for their turn included",
            self.in_flight.clone(),
        );
    }

    /// Calls of STS in progress, those waiting for their turn included.
    pub fn calls_in_flight(&self) -> i64 {
        self.in_flight.get()
    }

    /// Verifications that needed no call.
    pub fn remembered_verifications(&self) -> u64 {
        self.remembered.get()
    }

    pub(super) fn sts_answered(&self, url: &PresignedUrl, status: u16) {
        let labels = ResponseLabels {
            ResponseCode: status,
            StsRegion: self.regions.answered(url),
        };
        self.sts_responses.get_or_create(&labels).inc();
    }

    pub(super) fn sts_throttled(&self, url: &PresignedUrl) {
        let labels = RegionLabel {
            StsRegion: self.regions.answered(url),
        };
        self.sts_throttling.get_or_create(&labels).inc();
    }

    pub(super) fn sts_not_reached(&self, url: &PresignedUrl) {
        let labels = RegionLabel {
            StsRegion: self.regions.silent(url),
        };
        self.sts_connection_failures.get_or_create(&labels).inc();
    }

    /// Whether STS has answered in the region of a token before.
    pub(super) fn has_answered(&self, url: &PresignedUrl) -> bool {
        self.regions.has_answered(url)
    }

    pub(super) fn verified(&self, verdict: &Verdict) {
        let result = match verdict {
            Ok(_) => "success",
            Err(VerifyError::Token(_)) => "invalid_token",
            Err(VerifyError::Denied { .. }) => "denied",
            Err(VerifyError::Throttled { .. }) => "throttled",
            Err(VerifyError::Overloaded { .. }) => "overloaded",
            Err(VerifyError::Unavailable(_)) => "unavailable",
            Err(VerifyError::UnexpectedAnswer(_)) => "unexpected_answer",
        };
        self.verifications
            .get_or_create(&ResultLabel { result })
            .inc();
    }

    pub(super) fn remembered(&self) {
        self.remembered.inc();
    }

    pub(super) fn call_begins(&self) -> CallInFlight {
        self.in_flight.inc();
        CallInFlight(self.in_flight.clone())
    }
}

/// Counts a call until it is dropped, however it ends.
pub(super) struct CallInFlight(Gauge);

impl Drop for CallInFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
