//! Why a list or a watch did not work.

use kube::core::Status;

use crate::foreign_text::{chain, shown};

/// Why nothing is heard about changes for a while. What was known before stays in use, and it is
/// tried again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WatchFailure {
    /// The server does not want to.
    #[error("expected a list or a watch, but the API server answers {code}: {message}")]
    Refused {
        /// The HTTP status; 410 when what happened since is forgotten, which needs a new list.
        code: u16,
        /// The server's words, escaped and cut.
        message: String,
    },
    /// The connection cannot be made, or broke.
    #[error("expected an answer from the API server, but the connection failed: {cause}")]
    Unreachable {
        /// The causes, escaped and cut.
        cause: String,
    },
    /// The client cannot log in. Why is known to whoever made the client.
    #[error("expected to be logged in to the API server, but the client's credentials do not work")]
    Login,
    /// The answer is not what Kubernetes answers.
    #[error("expected objects from the API server, but found something else: {cause}")]
    NotUnderstood {
        /// What is wrong with it, escaped and cut.
        cause: String,
    },
    /// No answer in time.
    #[error("expected an answer from the API server within 30 seconds, but there is none")]
    NoAnswer,
    /// The server closes the watch as soon as it is open.
    #[error("expected a watch that lasts, but the API server closed it within a second")]
    ClosedAtOnce,
    /// Nothing came, not even the end that was asked for.
    #[error("expected the API server to end the watch, but nothing came for 295 seconds")]
    Silent,
    /// An answer lacks its version, so that nobody knows where to go on.
    #[error("expected `metadata.resourceVersion` in the API server's answer, but there is none")]
    NoVersion,
}

impl WatchFailure {
    /// Whether a watch can go on where it was.
    pub(super) fn keeps_the_place(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::Login
                | Self::NoAnswer
                | Self::ClosedAtOnce
                | Self::Silent
        )
    }

    pub(super) fn refused(status: &Status) -> Self {
        Self::Refused {
            code: status.code,
            message: shown(&status.message),
        }
    }

    pub(super) fn of(error: &kube::Error) -> Self {
        match error {
            // An event that is not understood comes as a status without a code.
            kube::Error::Api(status) if status.code == 0 => Self::NotUnderstood {
                cause: shown(&status.message),
            },
            kube::Error::Api(status) => Self::refused(status),
            // Its text may hold what a credential plugin has printed.
            kube::Error::Auth(_) => Self::Login,
            kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => Self::NotUnderstood {
                cause: chain(error),
            },
            _ => Self::Unreachable {
                cause: chain(error),
            },
        }
    }
}
