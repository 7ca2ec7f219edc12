//! The command line of `eksauth`.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::command::{
    add, completions, eks, init, inspect, man, map, sandbox, server, token, verify, version, whoami,
};
use crate::command_line;
use crate::deferred::Deferred;
use crate::failed::Failed;
use crate::global::Global;
use crate::logging::{self, Log};
use crate::outcome::{Unsuccessful, Usage, usage};
use crate::process::Process;
use crate::report::{self, FAILED, USAGE};

/// Prove who you are to a Kubernetes cluster with AWS IAM.
///
/// Signs the bearer tokens that Amazon EKS and aws-iam-authenticator accept, and takes them apart. A drop-in for `aws eks get-token` and, called by that name, for
/// `aws-iam-authenticator`.
#[derive(Debug, Parser)]
#[command(
    name = "eksauth",
    version,
    arg_required_else_help = true,
    args_override_self = true
)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage. Data goes to stdout, \
                          everything else to stderr.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Sign a token for a cluster and print it as an ExecCredential
    Token(Deferred<token::Arguments>),
    /// Show what a token holds and everything that is wrong with it, without calling AWS
    Inspect(Deferred<inspect::Arguments>),
    /// Ask AWS STS who signed a token, as the cluster's authenticator does
    Verify(Deferred<verify::Arguments>),
    /// Show who the API server of a cluster says you are
    Whoami(Deferred<whoami::Arguments>),
    /// Run the authenticator that an API server asks about its tokens
    Server(Box<Deferred<server::Arguments>>),
    /// Make the certificate of the server, its key, and the kubeconfig for the API server
    Init(Deferred<init::Arguments>),
    /// Add a user or a role to the ConfigMap aws-auth
    Add(Deferred<add::Arguments>),
    /// Show which Kubernetes user an AWS identity is, and which mapping says so
    Map(Deferred<map::Arguments>),
    /// Run a command with an AWS and a Kubernetes of its own, without an AWS account
    Sandbox(Deferred<sandbox::Arguments>),
    /// Speak like the AWS CLI: `eksauth eks get-token` is `aws eks get-token`
    Eks(Deferred<eks::Arguments>),
    /// Print the completions of a shell
    Completions(Deferred<completions::Arguments>),
    /// Print the man page, or write those of all commands into a folder
    Man(Deferred<man::Arguments>),
    /// Print the version
    Version(Deferred<version::Arguments>),
}

pub(crate) fn run(process: &Process) -> ExitCode {
    let cli = match command_line::parsed::<Cli>(process.arguments()) {
        Ok(cli) => cli,
        Err(error) => return report::tell_usage(&error, USAGE),
    };
    let log = match cli.start_logging(process) {
        Ok(log) => log,
        Err(error) => return report::tell(&error),
    };
    cli.global.ignored.tell();
    let outcome = cli.run(process);
    // What went wrong comes behind the lines that led to it.
    drop(log);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Unsuccessful::No) => ExitCode::from(FAILED),
        Err(Unsuccessful::Ended(code)) => ExitCode::from(code),
        Err(Unsuccessful::Failed(error)) => report::tell(&error),
        Err(Unsuccessful::Usage(usage)) => report::tell_usage(&to_clap(usage), USAGE),
    }
}

impl Cli {
    fn run(self, process: &Process) -> Result<(), Unsuccessful> {
        self.check_order()?;
        match self.command {
            Command::Token(Deferred(arguments)) => arguments.run(self.global, process),
            Command::Inspect(Deferred(arguments)) => arguments.run(self.global, process),
            Command::Verify(Deferred(arguments)) => arguments.run(self.global, process),
            Command::Whoami(Deferred(arguments)) => arguments.run(self.global, process),
            Command::Server(arguments) => arguments.0.run(self.global, process),
            Command::Init(Deferred(arguments)) => arguments.run(self.global),
            Command::Add(Deferred(arguments)) => arguments.run(self.global, process),
            Command::Map(Deferred(arguments)) => arguments.run(self.global),
            Command::Sandbox(Deferred(arguments)) => arguments.run(self.global, process),
            Command::Eks(Deferred(arguments)) => arguments.run(self.global, process),
            Command::Completions(Deferred(arguments)) => arguments.run(&mut Self::command()),
            Command::Man(Deferred(arguments)) => arguments.run(Self::command()),
            Command::Version(Deferred(arguments)) => arguments.run(),
        }
    }
}

impl Cli {
    /// What a server reports is a log, which others keep.
    fn start_logging(&self, process: &Process) -> Result<Option<Log>, Failed> {
        let (flag, format) = (self.global.log_verbosity, self.global.log_format);
        match &self.command {
            Command::Server(server) if server.0.keeps_a_log() => {
                let verbosity = server::verbosity(flag, process)?;
                logging::start_log(verbosity, format).map(Some)
            }
            _ => {
                logging::start(flag.unwrap_or_default(), format);
                Ok(None)
            }
        }
    }

    /// Before the command, `--output` and `--query` are the AWS CLI's.
    fn check_order(&self) -> Result<(), Unsuccessful> {
        let given = self.global.output.is_some() || self.global.query.is_some();
        if given && !matches!(self.command, Command::Eks(_)) {
            let message = "expected `--output` behind the command: before it, it is only understood \
                           with `eks get-token`, as in the AWS CLI";
            return Err(usage("", ErrorKind::ArgumentConflict, message.to_owned()));
        }
        Ok(())
    }
}

/// The mistake as clap would tell it.
fn to_clap(usage: Usage) -> clap::Error {
    let mut command = Cli::command();
    command.build();
    let found = usage
        .command
        .split_whitespace()
        .try_fold(&mut command, |it, name| it.find_subcommand_mut(name));
    match found {
        Some(command) => command.error(usage.kind, usage.message),
        None => clap::Error::raw(usage.kind, usage.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_list_of_commands_says_of_each_what_its_own_help_says() {
        let listed = Cli::command();
        let mut own = Cli::command();
        own.build();
        for command in listed.get_subcommands() {
            let name = command.get_name();
            let help = own.find_subcommand(name).and_then(clap::Command::get_about);
            assert_eq!(
                command.get_about().map(ToString::to_string),
                help.map(ToString::to_string),
                "{name}"
            );
        }
    }
}
