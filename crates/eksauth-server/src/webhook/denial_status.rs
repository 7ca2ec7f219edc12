//! How an API server is told that a token is no user's.

use hyper::StatusCode;

use super::DenialClass;

/// The HTTP status of a denial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DenialStatus {
    /// 403, or 429 where it may help to try again, as `aws-iam-authenticator` answers and alerts
    /// expect it. An API server takes this for a failure of the webhook: it logs an error, does not
    /// remember it, and asks again whenever the client does.
    #[default]
    Error,
    /// 200 with `authenticated: false` where the token, or who signed it, is refused. An API server
    /// remembers that for as long as `--authentication-token-webhook-cache-ttl` says, and asks its
    /// other authenticators. So a user who was mapped a moment ago may have to wait for that long.
    ///
    /// There is no `status.error` in such an answer, which would keep it from being remembered. What
    /// says nothing of the token keeps its 403, 429 or 504: STS that does not answer, a backend that
    /// fails, too many requests.
    Review,
}

impl DenialStatus {
    pub(super) fn of(self, class: DenialClass) -> StatusCode {
        match (self, class) {
            (_, DenialClass::Throttled | DenialClass::Overloaded { .. }) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            (_, DenialClass::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
            (Self::Review, class) if class.is_final() => StatusCode::OK,
            _ => StatusCode::FORBIDDEN,
        }
    }
}

impl DenialClass {
    /// Whether the same token would be denied again.
    fn is_final(self) -> bool {
        matches!(
            self,
            Self::InvalidToken | Self::RefusedBySts | Self::NotMapped
        )
    }

    /// The value of the label `result`. The spelling of `uknown_user` is what alerts know.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::InvalidToken => "invalid_token",
            Self::RefusedBySts | Self::StsUnavailable => "sts_error",
            Self::Throttled => "sts_throttling",
            Self::Overloaded { .. } => "overloaded",
            Self::TimedOut => "timed_out",
            Self::NotMapped | Self::MappingFailed => "uknown_user",
        }
    }

    /// What `status.error` says: the class, and nothing that would help to guess.
    pub(super) fn phrase(self) -> &'static str {
        match self {
            Self::InvalidToken => "the token is not valid",
            Self::RefusedBySts => "AWS STS refused the token",
            Self::StsUnavailable => "AWS STS could not be asked",
            Self::Throttled => "AWS STS asks for fewer requests",
            Self::Overloaded { .. } => "too many requests",
            Self::TimedOut => "there was no decision in time",
            Self::NotMapped => "the identity is not mapped to a user",
            Self::MappingFailed => "the identity could not be looked up",
        }
    }
}
