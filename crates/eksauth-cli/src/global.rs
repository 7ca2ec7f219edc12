//! What every command takes.

use clap::Args;
use eksauth::token::{ClusterId, Region};

use crate::aws_cli::{AwsField, AwsOutput, Ignored};
use crate::logging::{Format, Verbosity};

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

    /// How much to report on stderr [default: warn; of the server: info]
    #[arg(
        short = 'v',
        long,
        global = true,
        value_name = "LEVEL",
        ignore_case = true
    )]
    pub(crate) log_verbosity: Option<Verbosity>,

    /// In which form to report it
    #[arg(
        short = 'l',
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub(crate) log_format: Format,

    /// aws-iam-authenticator takes the cluster before the command, too.
    #[arg(short = 'i', long = "cluster-id", alias = "cluster-name", hide = true)]
    #[arg(value_name = "NAME")]
    pub(crate) cluster: Option<ClusterId>,

    /// The AWS CLI takes its global options before the command, too.
    #[arg(long, hide = true, value_name = "FORMAT")]
    pub(crate) output: Option<AwsOutput>,
    #[arg(long, hide = true, value_name = "FIELD")]
    pub(crate) query: Option<AwsField>,
    #[command(flatten)]
    pub(crate) ignored: Ignored,
}
