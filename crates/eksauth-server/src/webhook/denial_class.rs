//! Which denial an error of the authenticator is.

use std::error::Error;

use eksauth_token::Problem;

use super::{Denial, DenialClass};
use crate::{AuthenticateError, NoUser, VerifyError};

impl DenialClass {
    /// The kind of denial that this error is.
    ///
    /// # Examples
    ///
    /// ```
    /// use eksauth_server::{AuthenticateError, DenialClass, VerifyError};
    ///
    /// let error = AuthenticateError::Verify(VerifyError::Throttled { status: 400 });
    /// assert_eq!(DenialClass::of(&error), DenialClass::Throttled);
    /// ```
    #[must_use]
    pub fn of(error: &AuthenticateError) -> Self {
        match error {
            AuthenticateError::Verify(error) => of_token(error),
            AuthenticateError::Map { reason, .. } => of_identity(reason),
        }
    }
}

fn of_token(error: &VerifyError) -> DenialClass {
    match error {
        VerifyError::Token(_) => DenialClass::InvalidToken,
        VerifyError::Denied { .. } => DenialClass::RefusedBySts,
        VerifyError::Throttled { .. } => DenialClass::Throttled,
        VerifyError::Overloaded { retry_after } => DenialClass::Overloaded {
            retry_after: *retry_after,
        },
        VerifyError::Unavailable(_) | VerifyError::UnexpectedAnswer(_) => {
            DenialClass::StsUnavailable
        }
    }
}

fn of_identity(reason: &NoUser) -> DenialClass {
    match reason {
        NoUser::Denied(_) | NoUser::Unusable(_) => DenialClass::NotMapped,
        NoUser::NotReady { .. } | NoUser::PrivateDns(_) => DenialClass::MappingFailed,
    }
}

impl From<&AuthenticateError> for Denial {
    /// The class, and the error with its causes. The host that a token names is told at debug level only.
    fn from(error: &AuthenticateError) -> Self {
        Self {
            class: DenialClass::of(error),
            reason: reason(error),
        }
    }
}

/// The host that a token names is the caller's to choose, and nobody who reads a log is to take it for
/// one that was asked.
fn reason(error: &AuthenticateError) -> String {
    if let AuthenticateError::Verify(VerifyError::Token(problem @ Problem::Host { .. })) = error {
        tracing::debug!(%problem, "the host of a token");
        return format!(
            "{error}: expected a host of AWS STS in the partition of this server, but found another one"
        );
    }
    chain(error)
}

/// An error and its causes, in a line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
