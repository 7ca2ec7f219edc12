//! `eksauth server`: the authenticator that an API server asks about its tokens.

mod aws;
mod beside;
pub(crate) mod certificate;
mod check;
mod election;
mod flags;
mod judge;
mod listening;
mod metrics;
mod place;
mod run;
mod settings;
mod sources;

use clap::{Args, ValueEnum};

use crate::failed::Failed;
use crate::global::Global;
use crate::logging::Verbosity;
use crate::outcome::Unsuccessful;
use crate::process::Process;
use crate::runtime;

pub(crate) use aws::Account;
pub(crate) use flags::{CommonFlags, PlaceFlags, ServerFlags};
pub(crate) use place::Place;
use settings::ServerSettings;
pub(crate) use settings::{cluster, partition, read_config};

/// Run the authenticator that an API server asks about its tokens
///
/// Takes the flags and the configuration file of aws-iam-authenticator as they are. Verifies each token
/// with AWS STS, maps who signed it to a Kubernetes user and answers the API server's TokenReview over
/// HTTPS. Certificate and key are made if there are none; the kubeconfig for
/// `--authentication-token-webhook-config-file` of the API server is written at every start. Mappings, the
/// certificate and the files are read again when they change.
///
/// SIGTERM ends it once requests under way are answered, a second one at once. SIGHUP reads the
/// certificate again and opens the audit log anew.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: CommonFlags,

    #[command(flatten)]
    flags: ServerFlags,

    #[command(flatten)]
    check: CheckFlags,
}

/// What to do instead of running.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct CheckFlags {
    /// Check settings, mappings and files, without a network, and print what was found
    #[arg(long)]
    pub(crate) check: bool,

    /// How to print what was found
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "text",
        requires = "check"
    )]
    pub(crate) output: Output,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    #[default]
    Text,
    Json,
}

const EXAMPLES: &str = "Examples:
  eksauth server -c /etc/aws-iam-authenticator/config.yaml --check
  eksauth server -c /etc/aws-iam-authenticator/config.yaml
  eksauth server -i prod --backend-mode EKSConfigMap --kubeconfig /etc/kubernetes/admin.conf
  eksauth server -c config.yaml --audit-log - -l json";

/// Where aws-iam-authenticator looks for how much to log.
const VERBOSITY_VARIABLE: &str = "AWS_IAM_AUTHENTICATOR_LOG_VERBOSITY";

/// How much a server logs: First what the flag says. Next the variable of aws-iam-authenticator. Finally
/// what was decided.
pub(crate) fn verbosity(flag: Option<Verbosity>, process: &Process) -> Result<Verbosity, Failed> {
    match (flag, process.context().var(VERBOSITY_VARIABLE)) {
        (Some(level), _) => Ok(level),
        (None, None) => Ok(Verbosity::Info),
        (None, Some(level)) => Verbosity::from_str(&level, true).map_err(|_| {
            Failed::new(format!(
                "expected one of the levels `off`, `error`, `warn`, `info`, `debug` and `trace` in \
                 {VERBOSITY_VARIABLE}, but found `{}`",
                level.escape_default()
            ))
        }),
    }
}

impl Arguments {
    /// Whether it runs, instead of checking whether it would.
    pub(crate) fn keeps_a_log(&self) -> bool {
        !self.check.check
    }

    pub(crate) fn run(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        let common = CommonFlags {
            cluster: self.common.cluster.or(global.cluster),
            ..self.common
        };
        let aws = aws::Account {
            region: global.region,
            profile: global.profile,
        };
        run(common, self.flags, self.check, aws, process)
    }
}

/// Runs the server, or checks its settings.
pub(crate) fn run(
    common: CommonFlags,
    flags: ServerFlags,
    check: CheckFlags,
    aws: aws::Account,
    process: &Process,
) -> Result<(), Unsuccessful> {
    let settings = ServerSettings::resolve(common, flags, process);
    if check.check {
        return check::check(settings, check.output, process);
    }
    match settings {
        Ok(settings) => runtime::block_on_all_cores(run::run(settings, aws, process))?,
        Err(problems) => Err(problems.into_failed().into()),
    }
}
