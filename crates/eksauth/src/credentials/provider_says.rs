//! Why a provider gave no credentials.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use aws_credential_types::provider::error::CredentialsError;

use super::CredentialError;

/// What a provider says instead of giving credentials. The SDK's error around it, which says no more
/// than that it is one, is left out.
#[derive(Clone)]
pub struct ProviderSays(Arc<CredentialsError>);

impl ProviderSays {
    pub(crate) fn new(error: CredentialsError) -> Self {
        Self(Arc::new(error))
    }

    /// The same as an error of this crate, if the provider is of this crate.
    pub fn credential_error(&self) -> Option<&CredentialError> {
        let mut next: Option<&(dyn Error + 'static)> = Some(self.what());
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            if let Some(says) = error.downcast_ref::<Self>() {
                return says.credential_error();
            }
            next = error.source();
        }
        None
    }

    fn what(&self) -> &(dyn Error + 'static) {
        let error: &CredentialsError = &self.0;
        error.source().unwrap_or(error)
    }
}

impl fmt::Display for ProviderSays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.what(), f)
    }
}

impl fmt::Debug for ProviderSays {
    /// As `Display`: with `Debug`, errors of the AWS SDK show the answer that they are about, and what
    /// is secret in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderSays({self})")
    }
}

impl Error for ProviderSays {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.what().source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Failure;

    #[test]
    fn the_wrapping_of_the_sdk_is_left_out_however_often_it_is_wrapped() {
        let inner = CredentialError::NoneFound {
            tried: vec!["nothing".to_owned()],
        };
        let text = inner.to_string();
        let says = ProviderSays::new(CredentialsError::provider_error(inner));
        let twice = ProviderSays::new(CredentialsError::provider_error(says.clone()));
        for says in [says, twice] {
            assert_eq!(says.to_string(), text);
            assert_eq!(Failure::of(&says).to_string(), text);
            assert!(matches!(
                says.credential_error(),
                Some(CredentialError::NoneFound { .. })
            ));
        }
    }

    #[test]
    fn an_error_of_others_is_told_with_its_causes() {
        let io = std::io::Error::other("disk on fire");
        let says = ProviderSays::new(CredentialsError::provider_error(io));
        assert_eq!(says.to_string(), "disk on fire");
        assert!(says.credential_error().is_none());
    }
}
