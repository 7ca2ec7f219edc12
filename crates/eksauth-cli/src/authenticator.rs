//! The command line of `aws-iam-authenticator`, for who calls this program by that name.

mod config;

use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum as _};
use clap_complete::Shell;
use eksauth::token::{ClusterId, Region};

use crate::command::token::{self, RoleFlags};
use crate::command::version::VERSION;
use crate::exec_info::ExecInfo;
use crate::failed::{Failed, chain};
use crate::logging::{self, Format, Verbosity};
use crate::output;
use crate::process::Process;
use crate::report::{self, FAILED};
use crate::token_request::{TokenRequest, region_of_cluster};

use config::Config;

const NAME: &str = "aws-iam-authenticator";

/// Whether the program was called by the incumbent's name.
pub(crate) fn is_called(process: &Process) -> bool {
    process.program_name() == Some(NAME)
}

/// Authenticate to Kubernetes with AWS IAM credentials (eksauth)
#[derive(Debug, Parser)]
#[command(name = NAME, arg_required_else_help = true)]
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
    /// Print the version
    Version(VersionFlags),
    /// Print the completions of a shell
    Completion {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
struct TokenFlags {
    /// AWS region
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,

    #[command(flatten)]
    role: RoleFlags,

    /// Print the token alone
    #[arg(long)]
    token_only: bool,

    /// Accepted: credentials of assumed roles and SSO sign-ins are always kept
    #[arg(long)]
    cache: bool,

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
        Command::Version(flags) => told(flags.print()),
        Command::Completion { shell } => told(print_completions(shell)),
    }
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
        let exec_info = match ExecInfo::of(process.context()) {
            Ok(exec_info) => exec_info,
            Err(error) => return could_not_get_token(error),
        };
        let config = match global.config.as_deref().map(Config::read).transpose() {
            Ok(config) => config.unwrap_or_default(),
            Err(error) => return report::tell(&error),
        };
        let merged = config.complete(self, process);
        let cluster = match merged.cluster(global.cluster_id, &exec_info, process) {
            Ok(Some(cluster)) => cluster,
            Ok(None) => return wrong_usage("Error: cluster ID not specified"),
            Err(error) => return could_not_get_token(error),
        };
        if merged.role.session_name.is_some() && merged.role.forward_session_name {
            return wrong_usage(
                "Error: cannot specify both --forward-session-name and --session-name",
            );
        }
        match merged.sign(cluster, &exec_info, process) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => could_not_get_token(error),
        }
    }
}

/// Flags, and what the configuration file and the environment say where they are silent.
struct TokenSettings {
    cluster_id: Option<String>,
    region: Option<String>,
    role: RoleFlags,
    token_only: bool,
}

impl TokenSettings {
    fn cluster(
        &self,
        flag: Option<ClusterId>,
        exec_info: &ExecInfo,
        process: &Process,
    ) -> Result<Option<ClusterId>, Failed> {
        if let Some(cluster) = token::find_cluster(flag, exec_info, process)? {
            return Ok(Some(cluster));
        }
        let Some(cluster) = &self.cluster_id else {
            return Ok(None);
        };
        let cluster = ClusterId::new(cluster);
        cluster
            .map(Some)
            .map_err(|error| Failed::new("could not use `clusterID`").because(error))
    }

    fn sign(
        self,
        cluster: ClusterId,
        exec_info: &ExecInfo,
        process: &Process,
    ) -> Result<(), Failed> {
        let region = match self.region.map(Region::new).transpose() {
            Ok(None) => region_of_cluster(exec_info)?,
            Ok(region) => region,
            Err(error) => return Err(Failed::new("could not use `region`").because(error)),
        };
        let request = TokenRequest {
            cluster,
            region,
            profile: exec_info.extension.profile.clone(),
            role: self.role.to_role()?,
            use_cache: true,
        };
        token::print(&request.sign(process)?, exec_info, self.token_only)
    }
}

fn could_not_get_token(error: Failed) -> ExitCode {
    output::note(format_args!(
        "could not get token: {}",
        chain(&error, "\n  because: ")
    ));
    ExitCode::from(FAILED)
}

fn wrong_usage(message: &str) -> ExitCode {
    let mut command = Cli::command();
    command.build();
    let usage = command
        .find_subcommand_mut("token")
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
