//! What several verifiers may have in common.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::Limits;

use super::metrics::VerifierMetrics;
use super::rate::RateLimit;

/// One in so many concurrent calls may go where STS has not answered yet.
const PROBES: usize = 8;

/// How often and how much at once STS is asked, and what is counted.
#[derive(Clone)]
pub(super) struct Joint {
    pub(super) calls: Arc<Semaphore>,
    /// Those to regions where STS has not answered yet. A token may name any, and where nothing answers
    /// a call takes as long as it may.
    pub(super) probes: Arc<Semaphore>,
    pub(super) rate: Arc<RateLimit>,
    pub(super) metrics: VerifierMetrics,
}

impl Joint {
    pub(super) fn new(limits: &Limits) -> Self {
        let calls = limits.max_concurrent_calls.get();
        Self {
            calls: Arc::new(Semaphore::new(calls)),
            probes: Arc::new(Semaphore::new(calls.div_ceil(PROBES))),
            rate: Arc::new(RateLimit::new(limits)),
            metrics: VerifierMetrics::default(),
        }
    }
}
