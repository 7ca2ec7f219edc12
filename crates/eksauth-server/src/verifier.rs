//! From a token to who signed it.

mod builder;
mod cache;
mod error;
mod flight;
mod joint;
mod limits;
mod metrics;
#[cfg(test)]
mod presigned;
mod rate;
mod region_labels;
mod report;
mod sts;
mod undecided;

use std::fmt;
use std::sync::Arc;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth_token::{ClusterId, Policy, PresignedUrl};
use jiff::Timestamp;
use tokio::time::timeout;

use crate::VerifiedIdentity;
use crate::identity::Signed;

use cache::{TokenKey, Verdicts};
use flight::Flights;
use joint::Joint;
use sts::StsClient;
use undecided::Undecided;

pub(crate) use rate::RuntimeClock;
pub(crate) use sts::Connector;

pub use builder::VerifierBuilder;
pub use error::{Outage, StsErrorCode, UnexpectedAnswer, VerifyError};
pub use limits::Limits;
pub use metrics::VerifierMetrics;
pub use sts::{BuildError, ConnectTo, InvalidConnectTo, InvalidProxy, StsConnection};

/// What is found out about a token, shared by everybody who asks for it.
pub(crate) type Verdict = Result<Arc<VerifiedIdentity>, VerifyError>;

/// Finds out who signed a token, by replaying the presigned request in it to AWS STS.
///
/// - A token that breaks a rule which can be checked here never causes a request.
/// - The request goes to the STS host that the token names, which the [`Policy`] has accepted,
///   exactly as it was signed, with this verifier's cluster in the header `x-k8s-aws-id`: a token
///   for another cluster fails STS's check of the signature.
/// - Redirects are not followed, answers are read up to a limit, a call has a budget of time. A call
///   for which nobody waits any more is cancelled. Nothing is retried: the caller knows better.
/// - Calls for the same token at the same time are one call.
/// - Who signed a token is remembered until the token ends; that STS refused it, for a few seconds.
///   What is remembered is found by a hash of the token.
/// - So a token may outlive its credentials here, by [`Limits::identity_lifetime`] at most.
/// - A token about which STS does not decide is asked for again when it is shown again, but only so
///   often: see [`Limits::calls_per_token`].
/// - All bounds are in [`Limits`].
///
/// Clones share everything. It needs a tokio runtime with time and I/O.
///
/// # Examples
///
/// ```no_run
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_server::Verifier;
/// use eksauth_token::{ClusterId, Partition, Policy};
///
/// # async fn example(token: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let policy = Policy::new(Partition::Aws);
/// let verifier =
///     Verifier::builder(ClusterId::new("prod")?, policy, SystemTimeSource::new()).build()?;
/// let identity = verifier.verify(token).await?;
/// println!("{}", identity.canonical_arn());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    shared: Arc<Shared>,
}

struct Shared {
    policy: Policy,
    time_source: SharedTimeSource,
    limits: Limits,
    sts: StsClient,
    verdicts: Verdicts,
    undecided: Undecided,
    flights: Flights,
    joint: Joint,
}

impl Verifier {
    /// A verifier of tokens for one cluster, with the default [`Limits`] and a direct
    /// [`StsConnection`] unless told otherwise.
    pub fn builder(
        cluster: ClusterId,
        policy: Policy,
        time_source: impl TimeSource + 'static,
    ) -> VerifierBuilder {
        VerifierBuilder {
            cluster,
            policy,
            time_source: SharedTimeSource::new(time_source),
            limits: Limits::default(),
            connection: StsConnection::new(),
            joint: None,
        }
    }

    /// Who signed a token.
    ///
    /// # Errors
    ///
    /// See [`VerifyError`]; none of them holds anything of the token.
    pub async fn verify(&self, token: &str) -> Result<Arc<VerifiedIdentity>, VerifyError> {
        let shared = &self.shared;
        let verdict = self.decide(token).await;
        shared.joint.metrics.verified(&verdict);
        verdict
    }

    /// Forgets what is remembered of tokens, for instance because keys were revoked. Calls that are
    /// under way end as they would for those who wait for them; nobody else joins them, and what comes of
    /// them is not remembered.
    pub fn forget(&self) {
        self.shared.verdicts.clear();
        self.shared.undecided.clear();
        self.shared.flights.close_boarding();
    }

    /// What this verifier counts.
    pub fn metrics(&self) -> &VerifierMetrics {
        &self.shared.joint.metrics
    }

    async fn decide(&self, token: &str) -> Verdict {
        let shared = &self.shared;
        let now = shared.now();
        // First, so that a remembered token ends when it ends.
        let url = PresignedUrl::decode(token, &shared.policy, now).inspect_err(report::refused)?;
        let key = TokenKey::of(token);
        if let Some(verdict) = shared.verdicts.get(&key, now) {
            shared.joint.metrics.remembered();
            return verdict;
        }
        let ask = {
            let shared = Arc::clone(shared);
            move || async move { shared.ask(key, &url).await }
        };
        shared
            .flights
            .join(key, shared.limits.max_in_flight, ask)
            .await
    }
}

impl Shared {
    /// Asks STS and remembers the answer.
    async fn ask(&self, key: TokenKey, url: &PresignedUrl) -> Verdict {
        self.undecided.may_ask(&key)?;
        let _in_flight = self.joint.metrics.call_begins();
        let as_of = self.verdicts.edition();
        let verdict = self.ask_within_budget(url).await;
        self.undecided.asked(key, &verdict);
        report::asked(url, &verdict, self.joint.metrics.has_answered(url));
        self.verdicts
            .remember(key, &verdict, url, self.now(), as_of);
        verdict
    }

    async fn ask_within_budget(&self, url: &PresignedUrl) -> Verdict {
        let budget = self.limits.sts_timeout;
        let Ok(verdict) = timeout(budget, self.call(url)).await else {
            self.joint.metrics.sts_not_reached(url);
            return Err(VerifyError::Unavailable(Outage::TimedOut { budget }));
        };
        verdict
    }

    async fn call(&self, url: &PresignedUrl) -> Verdict {
        self.joint.rate.take()?;
        // Never closed, so a turn always comes; should it not, the call is not held up for it.
        let _probe = match self.joint.metrics.has_answered(url) {
            true => None,
            false => self.joint.probes.acquire().await.ok(),
        };
        let _turn = self.joint.calls.acquire().await.ok();
        let caller = self
            .sts
            .get_caller_identity(url, &self.joint.metrics)
            .await?;
        let signed = Signed {
            access_key_id: url.access_key_id(),
            sts_host: url.host(),
            partition: url.partition(),
        };
        let identity = VerifiedIdentity::new(caller, signed)
            .map_err(|error| VerifyError::UnexpectedAnswer(UnexpectedAnswer::Identity(error)))?;
        Ok(Arc::new(identity))
    }

    fn now(&self) -> Timestamp {
        // A clock past 9999 is as good as one at its end: every token has expired.
        Timestamp::try_from(self.time_source.now()).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("policy", &self.shared.policy)
            .field("limits", &self.shared.limits)
            .finish_non_exhaustive()
    }
}
