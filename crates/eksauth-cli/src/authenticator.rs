//! The command line of `aws-iam-authenticator`, for who calls this program by that name.

mod add;
mod global;
mod init;
mod server;
mod token;
mod verify;
mod version;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::command::server::verbosity as verbosity_of_server;
use crate::command_line;
use crate::deferred::Deferred;
use crate::failed::Failed;
use crate::logging::{self, Log};
use crate::output;
use crate::process::Process;
use crate::report::{self, FAILED};

use add::AddFlags;
use global::Global;
use init::InitFlags;
use server::ServeFlags;
use token::TokenFlags;
use verify::VerifyFlags;
use version::VersionFlags;

const NAME: &str = "aws-iam-authenticator";

/// Whether the program was called by the incumbent's name.
pub(crate) fn is_called(process: &Process) -> bool {
    process.program_name() == Some(NAME)
}

/// Authenticate to Kubernetes with AWS IAM credentials (eksauth)
#[derive(Debug, Parser)]
#[command(name = NAME, arg_required_else_help = true, args_override_self = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Token(TokenFlags),
    Verify(VerifyFlags),
    /// Run the server that an API server asks about its tokens
    Server(Deferred<ServeFlags>),
    /// Make the certificate of the server, its key, and the kubeconfig for the API server
    Init(Deferred<InitFlags>),
    /// Add a user or a role to the ConfigMap aws-auth
    Add(Deferred<AddFlags>),
    Version(VersionFlags),
    /// Print the completions of a shell
    Completion {
        /// The shell
        shell: Shell,
    },
    /// What the incumbent does not have either.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

pub(crate) fn run(process: &Process) -> ExitCode {
    let cli = match command_line::parsed::<Cli>(process.arguments()) {
        Ok(cli) => cli,
        // The incumbent knows no exit code but 1.
        Err(error) => return report::tell_usage(&error, FAILED),
    };
    let log = match cli.start_logging(process) {
        Ok(log) => log,
        Err(error) => return report::tell(&error),
    };
    match cli.command {
        Command::Token(flags) => flags.run(cli.global, process),
        Command::Verify(flags) => match cli.global.config() {
            Ok(config) => flags.run(cli.global.cluster_id, &config, process),
            Err(error) => report::tell(&error),
        },
        Command::Server(Deferred(flags)) => flags.run(cli.global, log, process),
        Command::Init(Deferred(flags)) => flags.run(cli.global, process),
        Command::Add(Deferred(flags)) => told(flags.run(process)),
        Command::Version(flags) => told(flags.print()),
        Command::Completion { shell } => told(print_completions(shell)),
        Command::Other(words) => report::tell(&unknown_command(&words)),
    }
}

impl Cli {
    /// A server keeps a log, and by default one that says who was let in.
    fn start_logging(&self, process: &Process) -> Result<Option<Log>, Failed> {
        let format = self.global.format();
        match self.command {
            Command::Server(_) => {
                let verbosity = verbosity_of_server(self.global.log_verbosity, process)?;
                logging::start_log(verbosity, format).map(Some)
            }
            _ => {
                logging::start(self.global.verbosity(process)?, format);
                Ok(None)
            }
        }
    }
}

fn unknown_command(words: &[OsString]) -> Failed {
    let name = words
        .first()
        .map(|it| it.to_string_lossy().escape_default().to_string());
    Failed::new(format!(
        "expected one of the commands `token`, `verify`, `server`, `init`, `add`, `version` and `completion`, but \
         found `{}`",
        name.unwrap_or_default()
    ))
}

fn told(result: Result<(), Failed>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report::tell(&error),
    }
}

fn wrong_usage(command_name: &str, message: &str) -> ExitCode {
    let mut command = Cli::command();
    command.build();
    let usage = command
        .find_subcommand_mut(command_name)
        .map(|it| it.render_usage().ansi().to_string());
    output::note(format_args!("{message}\n{}", usage.unwrap_or_default()));
    ExitCode::from(FAILED)
}

fn print_completions(shell: Shell) -> Result<(), Failed> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    output::data(String::from_utf8_lossy(&script))
}
