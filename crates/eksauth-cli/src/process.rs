//! What this process was started with. The only place that reads it.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use aws_smithy_async::time::SystemTimeSource;
use eksauth::Context;

use crate::failed::Failed;

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

    /// A run without arguments that sees these variables alone.
    #[cfg(test)]
    pub(crate) fn with_variables(variables: &[(&str, &str)]) -> Self {
        Self {
            arguments: Vec::new(),
            context: Context::new(variables.iter().copied(), SystemTimeSource::new()),
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

    /// Where the program is.
    pub(crate) fn program_path(&self) -> Result<PathBuf, Failed> {
        std::env::current_exe()
            .map_err(|error| Failed::new("could not find this program").because(error))
    }

    /// The names of all variables that are Unicode.
    #[expect(
        clippy::disallowed_methods,
        reason = "for commands that inherit the environment"
    )]
    pub(crate) fn variable_names(&self) -> impl Iterator<Item = String> {
        std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())
    }

    /// `PATH`, whatever is in it.
    #[expect(
        clippy::disallowed_methods,
        reason = "for commands that inherit the environment"
    )]
    pub(crate) fn search_path(&self) -> Option<OsString> {
        std::env::var_os("PATH")
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
