//! `aws-iam-authenticator server`.

use std::process::ExitCode;

use clap::Args;

use crate::command::server::{self, Account, CheckFlags, ServerFlags};
use crate::failed::Failed;
use crate::logging::Log;
use crate::outcome::Unsuccessful;
use crate::process::Process;
use crate::report::{self, FAILED};

use super::global::Global;
use super::version;

/// Run the server that an API server asks about its tokens
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub(super) struct ServeFlags {
    #[command(flatten)]
    flags: ServerFlags,

    /// The incumbent ignores further arguments.
    #[arg(hide = true)]
    ignored: Vec<String>,
}

impl ServeFlags {
    pub(super) fn run(self, global: Global, log: Option<Log>, process: &Process) -> ExitCode {
        let outcome = self.serve(global, process);
        // What went wrong comes behind the lines that led to it.
        drop(log);
        match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(Unsuccessful::Ended(code)) => ExitCode::from(code),
            Err(Unsuccessful::Failed(error)) => report::tell(&error),
            Err(Unsuccessful::Usage(usage)) => report::tell(&Failed::new(usage.message)),
            Err(Unsuccessful::No) => ExitCode::from(FAILED),
        }
    }

    fn serve(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        version::print_line()?;
        let common = global.into_common();
        let (check, account) = (CheckFlags::default(), Account::default());
        server::run(common, self.flags, check, account, process)
    }
}
