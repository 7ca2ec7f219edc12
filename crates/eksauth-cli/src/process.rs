//! What this process was started with. The only place that reads it.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use aws_smithy_async::time::SystemTimeSource;
use eksauth::Context;

/// Arguments, environment, clock and standard streams.
pub(crate) struct Process {
    arguments: Vec<OsString>,
    context: Context,
}

impl Process {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line is where the environment enters"
    )]
    pub(crate) fn of_this_run() -> Self {
        Self {
            arguments: std::env::args_os().collect(),
            context: Context::new(std::env::vars_os(), SystemTimeSource::new()),
        }
    }

    /// The arguments, the name of the program first.
    pub(crate) fn arguments(&self) -> &[OsString] {
        &self.arguments
    }

    /// The name that the program was called by, without folder and extension.
    pub(crate) fn program_name(&self) -> Option<&str> {
        Path::new(self.arguments.first()?).file_stem()?.to_str()
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// Whether a person can be asked something.
    pub(crate) fn has_terminal(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    pub(crate) fn stdin_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }
}
