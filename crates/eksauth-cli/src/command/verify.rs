//! `eksauth verify`: STS says who signed a token.

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use eksauth::Settings;
use eksauth::token::{ClusterId, Partition, Policy, Region};

use crate::failed::Failed;
use crate::global::Global;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;
use crate::sts_flags::StsFlags;
use crate::token_argument::{self, TokenArgument};
use crate::verification::{Identity, verify};

/// Ask AWS STS who signed a token, as the cluster's authenticator does
///
/// Sends the presigned request in the token to STS with the cluster's name, and prints the identity
/// that STS answers with. The token may also come in an ExecCredential. No credentials are needed. A token for another cluster, an expired or an
/// altered one is refused.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Arguments {
    /// The token, or `-` to read it from stdin [default: stdin, if it is a pipe]
    #[arg(short, long, value_name = "TOKEN", hide_default_value = true)]
    token: Option<TokenArgument>,

    /// Name of the cluster that the token is for
    #[arg(short = 'i', long = "cluster-name", visible_alias = "cluster-id")]
    #[arg(value_name = "NAME")]
    cluster: Option<ClusterId>,

    /// Partition whose STS hosts are accepted [default: that of the region, or `aws`]
    #[arg(long, value_name = "PARTITION")]
    partition: Option<Partition>,

    /// How to print the identity
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,

    #[command(flatten)]
    sts: StsFlags,
}

const EXAMPLES: &str = "Examples:
  eksauth token -i prod --token-only | eksauth verify -i prod -t -
  eksauth verify -i prod -o json -t - < token.txt";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
}

impl Arguments {
    pub(crate) fn run(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        let Some(cluster) = self.cluster.or(global.cluster) else {
            return Err(usage(
                "verify",
                ErrorKind::MissingRequiredArgument,
                "expected the name of the cluster that the token is for with `--cluster-name NAME` \
                 (`-i`), but found none"
                    .to_owned(),
            ));
        };
        let token = token_argument::read(self.token.as_ref(), "verify", process)?;
        let region = match global.region {
            Some(region) => Some(region),
            None => of_settings(global.profile.as_deref(), process)?,
        };
        let of_region = region.as_ref().map(Partition::of_region);
        let mut policy = Policy::new(self.partition.or(of_region).unwrap_or(Partition::Aws));
        if let Some(region) = region {
            policy = policy.with_own_region(region);
        }
        let connection = self.sts.connection(process.context())?;
        let identity = verify(&token, cluster, policy, connection)?;
        let identity = Identity::of(&identity);
        match self.output {
            Output::Text => output::data(&identity)?,
            Output::Json => output::json_indented(&identity)?,
        }
        Ok(())
    }
}

/// The region of the environment or the profile.
fn of_settings(profile: Option<&str>, process: &Process) -> Result<Option<Region>, Failed> {
    let settings = Settings::load(process.context().clone(), profile)?;
    Ok(settings.region()?.map(|(region, _)| region))
}
