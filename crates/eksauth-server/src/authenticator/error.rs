//! Why a token is no user's.

use std::sync::Arc;

use eksauth_map::{BackendMode, Denial, MapError};

use crate::{PrivateDnsError, VerifiedIdentity, VerifyError};

/// Why a token is no user's.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticateError {
    /// It is unknown who signed it.
    #[error("could not verify the token")]
    Verify(#[from] VerifyError),
    /// Who signed it is not a user here.
    #[error("could not map {} to a user", named(identity, *scrubbed))]
    Map {
        /// Who signed it.
        identity: Arc<VerifiedIdentity>,
        /// Whether the identity is in a scrubbed account, and so not to be told of.
        scrubbed: bool,
        /// What is missing.
        #[source]
        reason: NoUser,
    },
}

/// Why an identity is no user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoUser {
    /// No mapping has it, or not with this user id.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// No mapping has it among those that are there, but not all are.
    #[error(
        "the identity is not mapped to a Kubernetes user by what has been loaded so far; still missing: {}",
        listed(missing)
    )]
    NotReady {
        /// The backends that have not been loaded yet.
        missing: Vec<BackendMode>,
    },
    /// The mapping makes no user of it.
    #[error(transparent)]
    Unusable(#[from] MapError),
    /// The mapping needs the private DNS name of an instance, and it is unknown.
    #[error(transparent)]
    PrivateDns(#[from] PrivateDnsError),
}

fn named(identity: &VerifiedIdentity, scrubbed: bool) -> String {
    match scrubbed {
        true => "an identity of a scrubbed account".to_owned(),
        false => format!("`{}`", identity.canonical_arn()),
    }
}

fn listed(backends: &[BackendMode]) -> String {
    let names: Vec<_> = backends.iter().map(|it| it.name()).collect();
    names.join(", ")
}
