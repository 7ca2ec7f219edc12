//! Why it is unknown who signed a token.

use std::fmt;
use std::time::Duration;

use eksauth_token::Problem;

use crate::Unbelievable;

/// Why a token was not verified. The variants say whose turn it is: the client's ([`Self::Token`],
/// [`Self::Denied`]), time's ([`Self::Throttled`], [`Self::Overloaded`]), the operator's
/// ([`Self::Unavailable`], [`Self::UnexpectedAnswer`]).
///
/// Nothing of the token, and no text of STS's answer, is in an error: STS repeats parts of a request
/// in some.
///
/// # Examples
///
/// The status of an HTTP answer that says whose turn it is:
///
/// ```
/// use eksauth_server::VerifyError;
///
/// fn status(error: &VerifyError) -> u16 {
///     match error {
///         VerifyError::Token(_) | VerifyError::Denied { .. } => 401,
///         VerifyError::Throttled { .. } | VerifyError::Overloaded { .. } => 429,
///         VerifyError::Unavailable(_) => 503,
///         _ => 502,
///     }
/// }
///
/// assert_eq!(status(&VerifyError::Throttled { status: 400 }), 429);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The token breaks a rule that is checked before STS is asked.
    #[error("the token is not valid")]
    Token(#[from] Problem),
    /// STS refuses the signed request: another cluster's token, a key that is gone, a signature that
    /// is not one.
    #[error("STS refused the token with {code} (HTTP {status})")]
    Denied {
        /// The HTTP status.
        status: u16,
        /// STS's word for the reason.
        code: StsErrorCode,
    },
    /// STS asks for fewer requests.
    #[error("STS throttled the request (HTTP {status})")]
    Throttled {
        /// The HTTP status.
        status: u16,
    },
    /// This verifier has as many tokens to verify as its [`Limits`](crate::Limits) allow.
    #[error("too many tokens are being verified, try again in {} s", retry_after.as_secs_f32().ceil())]
    Overloaded {
        /// When it may work.
        retry_after: Duration,
    },
    /// STS does not answer.
    #[error("STS is not available")]
    Unavailable(#[source] Outage),
    /// Something answers that is not STS, or STS answers what it never does.
    #[error("STS gave an answer that cannot be used")]
    UnexpectedAnswer(#[source] UnexpectedAnswer),
}

/// How STS does not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Outage {
    /// No connection, or one that broke.
    #[error("{reason}")]
    Unreachable {
        /// What the network says.
        reason: String,
    },
    /// Not within the time.
    #[error("expected an answer within {} s, but found none", budget.as_secs_f32())]
    TimedOut {
        /// The time that a call may take.
        budget: Duration,
    },
    /// STS has a problem of its own.
    #[error("expected HTTP 200, but found {status}")]
    Server {
        /// The HTTP status, 500 or above.
        status: u16,
    },
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnexpectedAnswer {
    /// A status that STS does not give with an error of its own in the body: a redirect, or the
    /// answer of a proxy.
    #[error("expected HTTP 200 or an error of STS, but found HTTP {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// Longer than [`Limits::max_answer_len`](crate::Limits::max_answer_len).
    #[error("expected at most {limit} bytes, but found more")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Not the JSON document that STS sends.
    #[error("expected the JSON document of GetCallerIdentity, but found something else")]
    NotGetCallerIdentity,
    /// An identity that cannot be.
    #[error("the identity in it cannot be right")]
    Identity(#[source] Unbelievable),
}

/// An error code of AWS such as `SignatureDoesNotMatch`: a short word of letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StsErrorCode(Box<str>);

impl StsErrorCode {
    const LONGEST: usize = 64;

    /// The code, if the text is one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_code = (1..=Self::LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        is_code.then(|| Self(text.into()))
    }

    /// The code as AWS spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether AWS asks for fewer requests with it.
    pub(crate) fn is_throttling(&self) -> bool {
        self.0.contains("Throttl")
            || matches!(
                &*self.0,
                "RequestLimitExceeded" | "TooManyRequestsException"
            )
    }
}

impl fmt::Display for StsErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
