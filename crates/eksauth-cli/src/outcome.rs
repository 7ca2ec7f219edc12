//! How a command ends other than well.

use clap::error::ErrorKind;

use crate::failed::Failed;

/// How a command ends other than well.
pub(crate) enum Unsuccessful {
    /// It did not work.
    Failed(Failed),
    /// It was called wrongly, in a way that clap cannot see on its own.
    Usage(Usage),
    /// It worked, and the answer is no.
    No,
    /// A command that was run has ended with this exit code.
    Ended(u8),
}

impl<E: Into<Failed>> From<E> for Unsuccessful {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A mistake in the command line, to be told with the usage of the command.
pub(crate) struct Usage {
    /// The names of the command, such as `eks get-token`.
    pub(crate) command: &'static str,
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
}

/// A mistake in the command line.
pub(crate) fn usage(command: &'static str, kind: ErrorKind, message: String) -> Unsuccessful {
    Unsuccessful::Usage(Usage {
        command,
        kind,
        message,
    })
}
