//! How errors are told, once and in full.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use eksauth::token::TOKEN_PREFIX;

use crate::output;

/// Something did not work.
pub(crate) const FAILED: u8 = 1;

/// The command line does not make sense.
pub(crate) const USAGE: u8 = 2;

const ERROR: Style = AnsiColor::Red.on_default().bold();

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

    /// Tells it on stderr: what failed, then each cause on a line of its own.
    pub(crate) fn tell(&self) -> ExitCode {
        output::note(format_args!(
            "{ERROR}error:{ERROR:#} {}",
            chain(self, "\n  because: ")
        ));
        ExitCode::from(FAILED)
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
    eksauth::InvalidRole,
    eksauth::SettingsError,
    eksauth::token::SignError,
);

/// What is below an error, as text.
fn causes(error: &(dyn Error + 'static)) -> Option<String> {
    Some(chain(error.source()?, "\n  because: "))
}

/// An error and its causes in one text.
pub(crate) fn chain(error: &(dyn Error + 'static), separator: &str) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(separator);
        text.push_str(&error.to_string());
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

/// Removes tokens from a text: a misplaced argument must not bring one into a terminal's history or
/// a log.
pub(crate) fn without_tokens(text: &str) -> String {
    let mut parts = text.split(TOKEN_PREFIX);
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        clean.push_str(TOKEN_PREFIX);
        clean.push_str("** redacted **");
        clean.push_str(
            part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_+/=".contains(c)),
        );
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_removed_from_text() {
        for (text, clean) in [
            ("no token", "no token"),
            (
                "'k8s-aws-v1.aHR0-cHM6_Ly9' found",
                "'k8s-aws-v1.** redacted **' found",
            ),
            (
                "k8s-aws-v1.a k8s-aws-v1.b=",
                "k8s-aws-v1.** redacted ** k8s-aws-v1.** redacted **",
            ),
        ] {
            assert_eq!(without_tokens(text), clean);
        }
    }
}
