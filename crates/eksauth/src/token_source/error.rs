//! Why there is no token.

use std::fmt;
use std::time::Duration;

use eksauth_token::SignError;

use crate::{Failure, ProviderSays};

/// Why there is no token. Cheap to clone: everybody who waited gets it.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The provider gave no credentials.
    #[error("could not get AWS credentials to sign a token with")]
    Credentials(#[source] ProviderSays),
    /// The provider gave no answer.
    #[error(
        "expected AWS credentials within {}, but their provider gave no answer: check the \
         network, and what `credential_process` runs",
        seconds(*after)
    )]
    NoAnswer {
        /// How long it was waited for.
        after: Duration,
    },
    /// The provider panicked.
    #[error("expected AWS credentials, but their provider panicked")]
    Panicked,
    /// The credentials cannot sign a token.
    #[error("could not sign a token")]
    Sign(#[from] SignError),
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

impl fmt::Debug for TokenError {
    /// In the words of `Display`, causes included: with `Debug`, errors of the AWS SDK show the
    /// answer that they are about, and what is secret in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenError({})", Failure::of(self))
    }
}
