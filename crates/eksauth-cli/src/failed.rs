//! An error as this command tells it.

use std::error::Error;
use std::fmt;

/// Between an error and its cause, as people are told them.
pub(crate) const BECAUSE: &str = "\n  because: ";

/// An error, with what caused it.
#[derive(Debug)]
pub(crate) struct Failed {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failed {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }
}

/// Errors of the libraries are told as they are.
macro_rules! told_as_it_is {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Failed {
            fn from(error: $error) -> Self {
                let message = error.to_string();
                let causes = causes(&error);
                Self { message, source: causes.map(|it| it.into()) }
            }
        }
    )*};
}

told_as_it_is!(
    eksauth::CredentialError,
    eksauth::InvalidClusterExtension,
    eksauth::InvalidRole,
    eksauth::SettingsError,
    eksauth::token::SignError,
    eksauth_map_kube::AwsAuthAddError,
    eksauth_sandbox::RemoteError,
    eksauth_sandbox::SandboxError,
    eksauth_server::BuildError,
    eksauth_server::VerifyError,
);

/// What is below an error, as text.
fn causes(error: &(dyn Error + 'static)) -> Option<String> {
    Some(chain(error.source()?, BECAUSE))
}

/// An error and its causes in one text.
pub(crate) fn chain(error: &(dyn Error + 'static), separator: &str) -> String {
    let mut text = error.to_string();
    let mut last = text.clone();
    let mut next = error.source();
    while let Some(error) = next {
        let cause = error.to_string();
        // Many libraries say in an error what its cause says again.
        if !last.contains(&cause) {
            text.push_str(separator);
            text.push_str(&cause);
        }
        last = cause;
        next = error.source();
    }
    text
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_ref()
            .map(|it| &**it as &(dyn Error + 'static))
    }
}
