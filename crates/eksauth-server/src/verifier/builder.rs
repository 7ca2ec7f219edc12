//! What a verifier is made of.

use std::fmt;
use std::sync::Arc;

use aws_smithy_async::time::SharedTimeSource;
use eksauth_token::{ClusterId, Policy};

use crate::Limits;

use super::cache::Verdicts;
use super::flight::Flights;
use super::joint::Joint;
use super::sts::{BuildError, StsClient, StsConnection};
use super::undecided::Undecided;
use super::{Shared, Verifier};

/// What a [`Verifier`] is made of.
pub struct VerifierBuilder {
    pub(super) cluster: ClusterId,
    pub(super) policy: Policy,
    pub(super) time_source: SharedTimeSource,
    pub(super) limits: Limits,
    pub(super) connection: StsConnection,
    pub(super) joint: Option<Joint>,
}

impl VerifierBuilder {
    /// Other bounds than the default.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How to reach STS.
    #[must_use]
    pub fn connection(mut self, connection: StsConnection) -> Self {
        self.connection = connection;
        self
    }

    /// Has the rate and the number of concurrent calls in common with another verifier, whose
    /// [`Limits`] decide them, and counts together with it: as for several ids of one cluster, asked
    /// with one account's quota. A token that is shown to both is counted by both.
    #[must_use]
    pub fn sharing(mut self, other: &Verifier) -> Self {
        self.joint = Some(other.shared.joint.clone());
        self
    }

    /// The verifier. Reads the trusted roots; nothing is asked of STS yet.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when there are no trusted roots, or the cluster's name cannot be a header.
    pub fn build(self) -> Result<Verifier, BuildError> {
        let limits = self.limits;
        let shared = Shared {
            sts: StsClient::new(&self.cluster, &self.connection, &limits, &self.time_source)?,
            verdicts: Verdicts::new(&limits),
            undecided: Undecided::new(&limits),
            flights: Flights::default(),
            joint: self.joint.unwrap_or_else(|| Joint::new(&limits)),
            policy: self.policy,
            time_source: self.time_source,
            limits,
        };
        Ok(Verifier {
            shared: Arc::new(shared),
        })
    }
}

impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifierBuilder")
            .field("cluster", &self.cluster)
            .field("policy", &self.policy)
            .field("limits", &self.limits)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
