//! Who signed a token, asked of one verifier after the other, and again when STS throttles.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::{VerifiedIdentity, Verifier, VerifyError};

type Verdict = Result<Arc<VerifiedIdentity>, VerifyError>;

/// An API server waits for 30 s by default, and the first call may take 10 s itself.
const PATIENCE: Duration = Duration::from_secs(8);

/// Before STS is asked for the second time; doubled from then on.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A verifier for each cluster id.
#[derive(Clone, Debug)]
pub(super) struct Verification {
    first: Verifier,
    others: Vec<Verifier>,
    patience: Duration,
}

impl Verification {
    pub(super) fn new(first: Verifier) -> Self {
        Self {
            first,
            others: Vec::new(),
            patience: PATIENCE,
        }
    }

    pub(super) fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    pub(super) fn push(&mut self, verifier: Verifier) {
        self.others.push(verifier);
    }

    pub(super) fn verifiers(&self) -> impl Iterator<Item = &Verifier> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Asks until STS no longer throttles, or the time is over.
    pub(super) async fn verify(&self, token: &str) -> Verdict {
        until_not_throttled(self.patience, || self.verify_once(token)).await
    }

    /// Asks each verifier, as long as it is only the cluster that may be wrong.
    async fn verify_once(&self, token: &str) -> Verdict {
        let refused = match self.first.verify(token).await {
            Err(error) if may_be_for_another_cluster(&error) => error,
            verdict => return verdict,
        };
        for verifier in &self.others {
            match verifier.verify(token).await {
                Err(error) if may_be_for_another_cluster(&error) => {}
                verdict => return verdict,
            }
        }
        Err(refused)
    }
}

async fn until_not_throttled<F: Future<Output = Verdict>>(
    patience: Duration,
    ask: impl Fn() -> F,
) -> Verdict {
    let end = Instant::now() + patience;
    let mut verdict = ask().await;
    let mut pause = FIRST_PAUSE;
    while let Err(throttled @ VerifyError::Throttled { .. }) = &verdict {
        let wait = with_jitter(pause);
        if Instant::now() + wait >= end {
            break;
        }
        sleep(wait).await;
        verdict = match timeout_at(end, ask()).await {
            Ok(verdict) => verdict,
            Err(_) => Err(throttled.clone()),
        };
        pause = LONGEST_PAUSE.min(pause * 2);
    }
    verdict
}

/// The cluster id is signed along, so STS cannot tell another cluster's token from one that was altered.
fn may_be_for_another_cluster(error: &VerifyError) -> bool {
    matches!(error, VerifyError::Denied { code, .. } if code.as_str() == "SignatureDoesNotMatch")
}

/// Between the half and the whole of it, so that those who were throttled together do not come back so.
fn with_jitter(pause: Duration) -> Duration {
    pause.mul_f32(0.5 + fastrand::f32() / 2.0)
}

#[cfg(test)]
mod tests;
