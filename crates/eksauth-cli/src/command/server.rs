//! `eksauth server`: the authenticator that an API server asks about its tokens.

mod aws;
mod certificate;
mod check;
mod flags;
mod judge;
mod listening;
mod metrics;
mod place;
mod run;
mod settings;
mod sources;

use clap::{Args, ValueEnum};

use crate::global::Global;
use crate::outcome::Unsuccessful;
use crate::process::Process;
use crate::runtime;

pub(crate) use flags::{CommonFlags, ServerFlags};
use settings::ServerSettings;

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

impl Arguments {
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
