//! Why there is no name for an instance.

use std::time::Duration;

use eksauth_map::InstanceId;

/// Why there is no private DNS name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrivateDnsError {
    /// EC2 does not know it, in this account and region.
    #[error("expected an instance of this account and region, but found none with the id `{id}`")]
    NoInstance {
        /// Its id.
        id: InstanceId,
    },
    /// It has no private DNS name, as before it runs and when it is terminated.
    #[error("expected an instance with a private DNS name, but `{id}` has none")]
    NoName {
        /// Its id.
        id: InstanceId,
    },
    /// So many ask that waiting is of no use.
    #[error("too many instances are being looked up, try again in {} s", retry_after.as_secs_f32().ceil())]
    Overloaded {
        /// When it may work.
        retry_after: Duration,
    },
    /// EC2 has not answered in time.
    #[error("expected an answer of EC2 within {} s, but found none", limit.as_secs_f32())]
    TimedOut {
        /// The time.
        limit: Duration,
    },
    /// EC2 cannot be asked.
    #[error("could not ask EC2 for the instance")]
    Describe(#[from] DescribeError),
}

/// Why a call of `DescribeInstances` has no answer. Nothing of the credentials is in it, and of EC2's
/// own words only the code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DescribeError {
    /// There are no credentials to ask with.
    #[error("could not get AWS credentials for EC2: {reason}")]
    Credentials {
        /// What their source says.
        reason: String,
    },
    /// EC2 says no; `UnauthorizedOperation` when the policy `ec2:DescribeInstances` is missing.
    #[error("EC2 refused the call with {code} (HTTP {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// EC2's word for the reason.
        code: String,
    },
    /// EC2 asks for fewer calls.
    #[error("EC2 throttled the call (HTTP {status})")]
    Throttled {
        /// The HTTP status.
        status: u16,
    },
    /// EC2 has a problem of its own, or does not answer.
    #[error("EC2 is not available: {reason}")]
    Unavailable {
        /// What the network says.
        reason: String,
    },
    /// Something answers that is not EC2.
    #[error("expected the XML document of DescribeInstances, but found something else")]
    UnexpectedAnswer,
    /// The call could not be written down or signed.
    #[error("could not sign the call of EC2")]
    Request,
}

impl DescribeError {
    /// Whether the same call may have an answer a moment later.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Unavailable { .. })
    }
}
