//! Why a mapping is not added.

use eksauth_map::List;
use eksauth_map::aws_auth::AddError;

use crate::foreign_text::{chain, shown};

/// A mapping that is not added to the ConfigMap `kube-system/aws-auth`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AwsAuthAddError {
    /// The cluster has no such ConfigMap.
    #[error(
        "expected the ConfigMap `kube-system/aws-auth`, but there is none: if this cluster keeps its \
         mappings in it, create it with `kubectl create configmap aws-auth --namespace kube-system`"
    )]
    Missing,
    /// The mapping does not go into the section.
    #[error("could not add the mapping to `{}` of `kube-system/aws-auth`", list.key())]
    Mapping {
        /// The section.
        list: List,
        /// Why.
        source: AddError,
    },
    /// Others have changed it between reading and writing, each time.
    #[error(
        "expected to change the ConfigMap `kube-system/aws-auth`, but others change it at the same \
         time: try again"
    )]
    Conflict,
    /// The API server does not want to.
    #[error(
        "expected to read and change the ConfigMap `kube-system/aws-auth`, but the API server answers \
         {code}: {message}"
    )]
    Refused {
        /// The HTTP status.
        code: u16,
        /// The server's words, escaped and cut.
        message: String,
    },
    /// The client cannot log in. Why is known to whoever made the client.
    #[error("expected to be logged in to the API server, but the client's credentials do not work")]
    Login,
    /// No answer, or one that is none of Kubernetes. If the connection broke while writing, the
    /// mapping may have been added.
    #[error(
        "expected to read and change the ConfigMap `kube-system/aws-auth`, but there is no usable \
         answer from the API server: {cause}"
    )]
    NoAnswer {
        /// The causes, escaped and cut.
        cause: String,
    },
}

impl AwsAuthAddError {
    pub(super) fn of(error: kube::Error) -> Self {
        match error {
            // Of two who create it at the same time, one comes second.
            kube::Error::Api(status) if status.is_conflict() || status.is_already_exists() => {
                Self::Conflict
            }
            kube::Error::Api(status) => Self::Refused {
                code: status.code,
                message: shown(&status.message),
            },
            // Its text may hold what a credential plugin has printed.
            kube::Error::Auth(_) => Self::Login,
            _ => Self::NoAnswer {
                cause: chain(&error),
            },
        }
    }
}
