//! The command line of `aws-iam-authenticator`, for who calls this program by that name.

mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum as _};
use clap_complete::Shell;
use eksauth::token::{ClusterId, Region};

use crate::command::token;
use crate::command::version::VERSION;
use crate::exec_info::ExecInfo;
use crate::failed::{BECAUSE, Failed, chain};
use crate::incumbent_config::Config;
use crate::logging::{self, Format, Verbosity};
use crate::output;
use crate::process::Process;
use crate::report::{self, FAILED};
use crate::role_flags::RoleFlags;
use crate::token_request::Asked;

use verify::VerifyFlags;

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

#[derive(Debug, Args)]
struct Global {
    /// Load settings from this file (YAML or JSON)
    #[arg(short = 'c', long, global = true, value_name = "FILE")]
    config: Option<std::path::PathBuf>,

    /// Name of the cluster
    #[arg(short = 'i', long, global = true, value_name = "NAME")]
    cluster_id: Option<ClusterId>,

    /// Log format: `text` or `json`
    #[arg(
        short = 'l',
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    log_format: String,

    /// Log level [env: AWS_IAM_AUTHENTICATOR_LOG_VERBOSITY] [default: warn]
    #[arg(
        short = 'v',
        long,
        global = true,
        value_name = "LEVEL",
        ignore_case = true
    )]
    log_verbosity: Option<Verbosity>,

    /// Accepted; none of the gates concerns a token
    #[arg(long, global = true, hide = true, value_name = "GATES")]
    feature_gates: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sign a token for a cluster and print it
    Token(TokenFlags),
    Verify(VerifyFlags),
    /// Print the version
    Version(VersionFlags),
    /// Print the completions of a shell
    Completion {
        /// The shell
        shell: Shell,
    },
    /// The incumbent's other commands.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

#[derive(Debug, Args)]
#[command(args_override_self = true)]
struct TokenFlags {
    /// AWS region
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,

    #[command(flatten)]
    role: RoleFlags,

    /// Print the token alone
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", hide_possible_values = true)]
    token_only: Option<bool>,

    /// Accepted: credentials of assumed roles and SSO sign-ins are always kept
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL")]
    cache: Option<Option<bool>>,

    /// The incumbent ignores further arguments.
    #[arg(hide = true)]
    ignored: Vec<String>,
}

#[derive(Debug, Args)]
struct VersionFlags {
    /// `json` or `yaml`
    #[arg(short, long, default_value = "json")]
    output: String,

    /// Print the number alone
    #[arg(short, long)]
    short: bool,
}

pub(crate) fn run(process: &Process) -> ExitCode {
    let cli = match Cli::try_parse_from(process.arguments()) {
        Ok(cli) => cli,
        // The incumbent knows no exit code but 1.
        Err(error) => return report::tell_usage(&error, FAILED),
    };
    let verbosity = match cli.global.verbosity(process) {
        Ok(verbosity) => verbosity,
        Err(error) => return report::tell(&error),
    };
    logging::start(verbosity, cli.global.format());
    match cli.command {
        Command::Token(flags) => flags.run(cli.global, process),
        Command::Verify(flags) => match cli.global.config() {
            Ok(config) => flags.run(cli.global.cluster_id, &config, process),
            Err(error) => report::tell(&error),
        },
        Command::Version(flags) => told(flags.print()),
        Command::Completion { shell } => told(print_completions(shell)),
        Command::Other(words) => report::tell(&unknown_command(&words)),
    }
}

fn unknown_command(words: &[OsString]) -> Failed {
    let name = words
        .first()
        .map(|it| it.to_string_lossy().escape_default().to_string());
    Failed::new(format!(
        "expected one of the commands `token`, `verify`, `version` and `completion`, but found `{}`, which this \
         version of eksauth does not have",
        name.unwrap_or_default()
    ))
}

fn told(result: Result<(), Failed>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report::tell(&error),
    }
}

impl Global {
    /// What is no format counts as `text`, with a warning.
    fn format(&self) -> Format {
        Format::from_str(&self.log_format, false).unwrap_or_else(|_| {
            let found = self.log_format.escape_default();
            output::note(format_args!(
                "warning: expected the log format `text` or `json`, but found `{found}`"
            ));
            Format::default()
        })
    }

    fn config(&self) -> Result<Config, Failed> {
        let config = self.config.as_deref().map(Config::read).transpose()?;
        Ok(config.unwrap_or_default())
    }

    fn verbosity(&self, process: &Process) -> Result<Verbosity, Failed> {
        const VARIABLE: &str = "AWS_IAM_AUTHENTICATOR_LOG_VERBOSITY";
        match (self.log_verbosity, process.context().var(VARIABLE)) {
            (Some(level), _) => Ok(level),
            (None, None) => Ok(Verbosity::default()),
            (None, Some(level)) => Verbosity::from_str(&level, true).map_err(|_| {
                Failed::new(format!(
                    "expected a log level in {VARIABLE}, but found `{}`",
                    level.escape_default()
                ))
            }),
        }
    }
}

impl TokenFlags {
    fn run(self, global: Global, process: &Process) -> ExitCode {
        let config = match global.config() {
            Ok(config) => config,
            Err(error) => return report::tell(&error),
        };
        match self.print_token(global.cluster_id, config, process) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => wrong_usage("token", "Error: cluster ID not specified"),
            Err(error) => could_not_get_token(&error),
        }
    }

    /// `false` when nobody names a cluster.
    fn print_token(
        self,
        cluster: Option<ClusterId>,
        config: Config,
        process: &Process,
    ) -> Result<bool, Failed> {
        let exec_info = ExecInfo::of(process.context())?;
        let token_only = self.token_only.unwrap_or_else(|| config.token_only());
        let asked = Asked {
            cluster,
            region: self.region,
            profile: None,
            role: self.role,
            use_cache: true,
            default_session_name: None,
            config,
        };
        let Some(request) = asked.complete(&exec_info, process)? else {
            return Ok(false);
        };
        token::print(&request.sign(process)?, &exec_info, token_only)?;
        Ok(true)
    }
}

fn could_not_get_token(error: &Failed) -> ExitCode {
    output::note(format_args!(
        "could not get token: {}",
        chain(error, BECAUSE)
    ));
    ExitCode::from(FAILED)
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

impl VersionFlags {
    fn print(self) -> Result<(), Failed> {
        match self.output.as_str() {
            _ if self.short => output::data(format_args!("{VERSION}\n")),
            "json" => output::data(format_args!("{{\"Version\":\"{VERSION}\"}}\n")),
            "yaml" => output::data(format_args!(
                "version: {VERSION}\ncommit: \"\"\ndate: \"\"\n"
            )),
            other => {
                // The incumbent's exit code for this is 0.
                output::note(format_args!(
                    "unknown output format `{}`",
                    other.escape_default()
                ));
                Ok(())
            }
        }
    }
}

fn print_completions(shell: Shell) -> Result<(), Failed> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    output::data(String::from_utf8_lossy(&script))
}
