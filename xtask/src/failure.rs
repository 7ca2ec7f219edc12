//! Why a task did not succeed, and what the shell is told.

use std::error::Error;
use std::fmt;
use std::io;

#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something that does not exist.
    Usage(String),
    /// A command ran, ended badly and has already said why.
    Command { line: String, code: Option<i32> },
    /// A command could not be started.
    Start { line: String, source: io::Error },
    /// The file system refused; `doing` completes "could not …".
    Files { doing: String, source: io::Error },
    /// The task looked and found what must not be, or missed what it needs.
    Refused(String),
}

impl Failure {
    pub(crate) fn files(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        |source| Self::Files { doing, source }
    }

    /// 2 for a wrong command line; a command's own code where there is one; otherwise 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            // A code of 0 cannot occur here, and a signal leaves none: both count as failed.
            Self::Command { code, .. } => code
                .and_then(|code| u8::try_from(code).ok())
                .filter(|code| *code != 0)
                .unwrap_or(1),
            Self::Start { .. } | Self::Files { .. } | Self::Refused(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Refused(text) => f.write_str(text),
            Self::Command {
                line,
                code: Some(code),
            } => write!(f, "`{line}` ended with code {code}"),
            Self::Command { line, code: None } => write!(f, "`{line}` was ended by a signal"),
            Self::Start { line, .. } => write!(f, "could not start `{line}`"),
            Self::Files { doing, .. } => write!(f, "could not {doing}"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Start { source, .. } | Self::Files { source, .. } => Some(source),
            Self::Usage(_) | Self::Command { .. } | Self::Refused(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended_with(code: Option<i32>) -> Failure {
        Failure::Command {
            line: "cargo test".to_owned(),
            code,
        }
    }

    #[test]
    fn the_code_of_a_command_reaches_the_shell() {
        assert_eq!(ended_with(Some(101)).exit_code(), 101);
    }

    #[test]
    fn a_command_that_failed_never_looks_like_success() {
        assert_eq!(ended_with(None).exit_code(), 1);
        assert_eq!(ended_with(Some(256)).exit_code(), 1);
        assert_eq!(ended_with(Some(-1)).exit_code(), 1);
        assert_eq!(ended_with(Some(0)).exit_code(), 1);
    }
}
