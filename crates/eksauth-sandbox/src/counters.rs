//! What was asked of the sandbox, counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// Counts of requests and refusals since the sandbox started.
///
/// Labels are the sandbox's own words and never the caller's: what it does not know counts as
/// `other`, so nothing here grows with what is sent.
#[derive(Debug, Default)]
pub struct Counters {
    aws: Mutex<Aws>,
    authenticated: AtomicU64,
    refused: AtomicU64,
    api_requests: AtomicU64,
}

#[derive(Debug, Default)]
struct Aws {
    requests: BTreeMap<(&'static str, &'static str), u64>,
    refusals: BTreeMap<&'static str, u64>,
}

/// The [`Counters`] of one moment, for showing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CounterSnapshot {
    /// Requests to AWS by service (`sts`, `eks`, `other`) and action.
    pub requests: BTreeMap<String, BTreeMap<String, u64>>,
    /// Requests to AWS that were refused, by the error code of the answer.
    pub refusals: BTreeMap<String, u64>,
    /// Tokens that the Kubernetes API accepted.
    pub authenticated: u64,
    /// Tokens that the Kubernetes API refused.
    pub refused: u64,
    /// Requests to the Kubernetes API.
    pub api_requests: u64,
}

impl Counters {
    /// The counts of this moment.
    pub fn snapshot(&self) -> CounterSnapshot {
        let aws = self.aws();
        let mut requests = BTreeMap::<String, BTreeMap<String, u64>>::new();
        for (&(service, action), &count) in &aws.requests {
            let actions = requests.entry(service.to_owned()).or_default();
            actions.insert(action.to_owned(), count);
        }
        let refusals = aws.refusals.iter();
        CounterSnapshot {
            requests,
            refusals: refusals.map(|(&code, &n)| (code.to_owned(), n)).collect(),
            authenticated: self.authenticated.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            api_requests: self.api_requests.load(Ordering::Relaxed),
        }
    }

    /// Labels are `'static`: words of this crate.
    pub(crate) fn aws_request(&self, service: &'static str, action: &'static str) {
        *self.aws().requests.entry((service, action)).or_default() += 1;
    }

    pub(crate) fn aws_refusal(&self, code: &'static str) {
        *self.aws().refusals.entry(code).or_default() += 1;
    }

    pub(crate) fn authenticated(&self) {
        self.authenticated.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn api_request(&self) {
        self.api_requests.fetch_add(1, Ordering::Relaxed);
    }

    fn aws(&self) -> MutexGuard<'_, Aws> {
        // Adding one cannot leave anything half done.
        self.aws.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_refusals_are_counted_by_name() {
        let counters = Counters::default();
        counters.aws_request("sts", "GetCallerIdentity");
        counters.aws_request("sts", "GetCallerIdentity");
        counters.aws_request("eks", "other");
        counters.aws_refusal("Throttling");
        counters.authenticated();
        counters.refused();
        counters.refused();
        counters.api_request();
        assert_eq!(
            serde_json::to_value(counters.snapshot()).unwrap(),
            serde_json::json!({
                "requests": {"eks": {"other": 1}, "sts": {"GetCallerIdentity": 2}},
                "refusals": {"Throttling": 1},
                "authenticated": 1,
                "refused": 2,
                "apiRequests": 1,
            })
        );
    }
}
