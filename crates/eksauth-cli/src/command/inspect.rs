//! `eksauth inspect`: a token taken apart.

mod curl;
mod verdict;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use eksauth::token::{ClusterId, Inspection, Partition, Policy, Region};
use jiff::Timestamp;

use crate::global::Global;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;
use crate::token_argument::{self, TokenArgument};

use verdict::Verdict;

/// Show what a token holds and everything that is wrong with it, without calling AWS
///
/// Judges the token as a verifier of a partition and region would. It cannot tell whether AWS
/// accepts the signature, nor for which cluster it was made: only AWS can. Exits with 0 when the token is valid and with
/// 1 when it is not. Neither the signature nor the session token is shown, unless asked for with
/// `--curl`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Arguments {
    /// The token, or `-` to read it from stdin [default: stdin, if it is a pipe]
    #[arg(value_name = "TOKEN", hide_default_value = true)]
    token: Option<TokenArgument>,

    /// Name of the cluster, for `--curl`. Only AWS can tell whether the token was signed for it
    #[arg(short = 'i', long = "cluster-name", visible_alias = "cluster-id")]
    #[arg(value_name = "NAME")]
    cluster: Option<ClusterId>,

    /// Judge as of this time (RFC 3339), instead of now
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<Timestamp>,

    /// Judge as a verifier of this partition [default: that of --region, or the token's own]
    #[arg(long, value_name = "PARTITION")]
    partition: Option<Partition>,

    /// Print the curl command that replays the token. It holds the whole secret
    #[arg(long, conflicts_with = "output")]
    curl: bool,

    /// How to print it
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

const EXAMPLES: &str = "Examples:
  eksauth token -i prod --token-only | eksauth inspect -
  eksauth inspect -o json - < token.txt
  eksauth inspect --partition aws-cn --at 2026-01-31T12:00:00Z - < token.txt";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
}

impl Arguments {
    pub(crate) fn run(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        let cluster = self.cluster.clone().or(global.cluster);
        let region = global.region;
        self.check_partition(region.as_ref())?;
        let token = token_argument::read(self.token.as_ref(), "inspect", process)?;
        let now = self
            .at
            .unwrap_or_else(|| whole_seconds(process.context().now()));
        let partition = self
            .partition
            .or_else(|| region.as_ref().map(Partition::of_region));
        // Nobody said whose verifier to be: that of the cluster which the token seems to be for.
        let partition = partition.unwrap_or_else(|| own_partition(&token, now));
        let mut policy = Policy::new(partition);
        if let Some(region) = region {
            policy = policy.with_own_region(region);
        }
        let inspection = Inspection::of(&token, &policy, now);
        if self.curl {
            print_curl(&inspection, cluster)?;
        } else {
            let verdict = Verdict {
                inspection: &inspection,
                cluster,
                partition,
                now,
            };
            match self.output {
                Output::Text => output::data(&verdict)?,
                Output::Json => output::json_indented(&verdict.to_json())?,
            }
        }
        if inspection.is_valid() {
            Ok(())
        } else {
            Err(Unsuccessful::No)
        }
    }

    /// A region of another partition is a mistake.
    fn check_partition(&self, region: Option<&Region>) -> Result<(), Unsuccessful> {
        let (Some(partition), Some(region)) = (self.partition, region) else {
            return Ok(());
        };
        let of_region = Partition::of_region(region);
        if of_region == partition || !of_region.has_region_name(region.as_str()) {
            return Ok(());
        }
        let message = format!(
            "expected a region of the partition `{partition}`, but found `{region}` of `{of_region}`"
        );
        Err(usage("inspect", ErrorKind::ArgumentConflict, message))
    }
}

fn print_curl(inspection: &Inspection, cluster: Option<ClusterId>) -> Result<(), Unsuccessful> {
    let Some(cluster) = cluster else {
        return Err(usage(
            "inspect",
            ErrorKind::MissingRequiredArgument,
            "expected the cluster's name with `-i NAME`, which is signed but not part of the token, \
             but found none"
                .to_owned(),
        ));
    };
    let command = curl::command(inspection, &cluster)?;
    output::note("warning: this command holds the token, keep it as secret");
    for problem in inspection.problems() {
        output::note(format_args!("warning: {problem}"));
    }
    output::data(format_args!("{}\n", *command))?;
    Ok(())
}

/// The partition of the token's host if it is one of STS; `aws` otherwise.
fn own_partition(token: &str, now: Timestamp) -> Partition {
    let inspection = Inspection::of(token, &Policy::new(Partition::Aws), now);
    inspection.partition().unwrap_or(Partition::Aws)
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// A time as people are told to write it.
fn parse_time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| {
        "expected a time such as `2026-01-31T12:00:00Z` (RFC 3339), but found something else"
            .to_owned()
    })
}
