//! The command line of `eksauth`.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use eksauth::token::{ClusterId, Region};

use crate::command::{completions, eks, inspect, man, token, version};
use crate::logging::{self, Format, Verbosity};
use crate::output;
use crate::process::Process;
use crate::report::{Failed, USAGE};

/// Prove who you are to a Kubernetes cluster with AWS IAM.
///
/// Signs the bearer tokens that Amazon EKS, aws-iam-authenticator and `eksauth server` accept, and
/// takes them apart. A drop-in for `aws eks get-token` and, called by that name, for
/// `aws-iam-authenticator`.
#[derive(Debug, Parser)]
#[command(name = "eksauth", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage. Data goes to stdout, \
                          everything else to stderr.";

/// Flags that every command takes, before or after its name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// AWS region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the instance's, us-east-1]
    #[arg(long, global = true, value_name = "REGION")]
    pub(crate) region: Option<Region>,

    /// AWS profile; wins over an access key in the environment [default: AWS_PROFILE, default]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// How much to report on stderr
    #[arg(
        short = 'v',
        long,
        global = true,
        value_name = "LEVEL",
        ignore_case = true
    )]
    #[arg(default_value_t)]
    log_verbosity: Verbosity,

    /// In which form to report it
    #[arg(
        short = 'l',
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    log_format: Format,

    /// aws-iam-authenticator takes the cluster before the command, too.
    #[arg(short = 'i', long = "cluster-id", alias = "cluster-name", hide = true)]
    #[arg(value_name = "NAME")]
    pub(crate) cluster: Option<ClusterId>,

    /// The AWS CLI takes its global options before the command, too.
    #[arg(long, hide = true, value_name = "FORMAT")]
    pub(crate) output: Option<eks::Output>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Token(token::Arguments),
    Inspect(inspect::Arguments),
    Eks(eks::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
    Version(version::Arguments),
}

/// How a command ends other than well.
pub(crate) enum Unsuccessful {
    /// It did not work.
    Failed(Failed),
    /// It was called wrongly.
    Usage(clap::Error),
    /// It worked, and the answer is no.
    No,
}

impl<E: Into<Failed>> From<E> for Unsuccessful {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

pub(crate) fn run(process: &Process) -> ExitCode {
    let cli = match Cli::try_parse_from(process.arguments()) {
        Ok(cli) => cli,
        Err(error) => return tell_usage(&error, USAGE),
    };
    logging::start(cli.global.log_verbosity, cli.global.log_format);
    match cli.run(process) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Unsuccessful::No) => ExitCode::from(crate::report::FAILED),
        Err(Unsuccessful::Failed(error)) => error.tell(),
        Err(Unsuccessful::Usage(error)) => tell_usage(&error, USAGE),
    }
}

impl Cli {
    fn run(self, process: &Process) -> Result<(), Unsuccessful> {
        match self.command {
            Command::Token(arguments) => arguments.run(self.global, process),
            Command::Inspect(arguments) => arguments.run(self.global, process),
            Command::Eks(arguments) => arguments.run(self.global, process),
            Command::Completions(arguments) => arguments.run(&mut Self::command()),
            Command::Man(arguments) => arguments.run(Self::command()),
            Command::Version(arguments) => arguments.run(),
        }
    }
}

/// Tells what is wrong with the command line, or the help that was asked for.
pub(crate) fn tell_usage(error: &clap::Error, code: u8) -> ExitCode {
    let text = error.render().ansi().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match output::data(text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => error.tell(),
        },
        _ => {
            output::note(text.trim_end());
            ExitCode::from(code)
        }
    }
}

/// A mistake in the command line that clap cannot see on its own.
pub(crate) fn usage(subcommand: &str, kind: ErrorKind, message: String) -> Unsuccessful {
    let mut command = Cli::command();
    command.build();
    let found = subcommand
        .split(' ')
        .try_fold(&mut command, |it, name| it.find_subcommand_mut(name));
    Unsuccessful::Usage(match found {
        Some(command) => command.error(kind, message),
        None => clap::Error::raw(kind, message),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }
}
