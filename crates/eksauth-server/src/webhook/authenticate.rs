//! What a webhook asks, and what it is told.

use std::time::Duration;

use eksauth_map::Principal;

use crate::UserInfo;

/// Says which user has signed a token.
///
/// # Examples
///
/// ```
/// use eksauth_server::{Authenticate, Decision, Denial, DenialClass};
///
/// /// Lets nobody in.
/// struct Closed;
///
/// impl Authenticate for Closed {
///     async fn authenticate(&self, _token: &str) -> Decision {
///         Decision {
///             signer: None,
///             verdict: Err(Denial {
///                 class: DenialClass::InvalidToken,
///                 reason: "the cluster is closed".to_owned(),
///             }),
///         }
///     }
/// }
/// ```
pub trait Authenticate: Send + Sync + 'static {
    /// Judges a token, which may be any text of any length below the limit of a request's body.
    ///
    /// The future is dropped when the API server has gone, or when the time for the request is over.
    fn authenticate(&self, token: &str) -> impl Future<Output = Decision> + Send;
}

/// What comes of a token.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Who signed the token, as far as that is known; whether that is a user here or not.
    pub signer: Option<Signer>,
    /// Which user that is, or why it is none.
    pub verdict: Result<Grant, Denial>,
}

/// Who signed a token, and who says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signer {
    /// The identity.
    pub principal: Principal,
    /// The STS host that has confirmed it.
    pub sts_host: String,
    /// Whether nothing that AWS says of the identity may be in the log or the audit log: no ARN, account,
    /// user id, session name or access key id, and no reason of a denial, which may name them. Which user
    /// it is here is in both: the name, the groups and the uid in [`Grant::user`].
    pub scrubbed: bool,
}

/// A user, and where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// What the API server is told.
    pub user: UserInfo,
    /// The backend that knows the user, such as `MountedFile`.
    pub backend: String,
    /// The rule in it, such as `mapRoles[3]`.
    pub rule: String,
}

/// Why a token is no user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// What the API server is told.
    pub class: DenialClass,
    /// What the operator is told, in the log and the audit log: one line, and nothing of the token.
    pub reason: String,
}

/// The kinds of denial. What a caller can learn from an answer is this, and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenialClass {
    /// The token breaks a rule that is checked before STS is asked.
    InvalidToken,
    /// STS refuses the token.
    RefusedBySts,
    /// STS does not answer, or with something that cannot be used.
    StsUnavailable,
    /// STS asks for fewer requests.
    Throttled,
    /// There is too much to do here.
    Overloaded {
        /// When it may work.
        retry_after: Duration,
    },
    /// There was no decision in time.
    TimedOut,
    /// No rule makes a user of the identity.
    NotMapped,
    /// A backend could not say whether it knows the identity.
    MappingFailed,
}

impl Decision {
    /// Who signed the token, for the log.
    pub(crate) fn told_signer(&self) -> Option<&Signer> {
        self.signer.as_ref().filter(|signer| !signer.scrubbed)
    }

    /// Why the token was denied, for the log. It may name who signed.
    pub(crate) fn told_reason(&self) -> Option<&str> {
        let denial = self.verdict.as_ref().err()?;
        let is_scrubbed = self.signer.as_ref().is_some_and(|it| it.scrubbed);
        (!is_scrubbed).then_some(denial.reason.as_str())
    }
}
