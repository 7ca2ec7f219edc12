//! `eksauth inspect`: a token taken apart.

mod curl;
mod verdict;

use std::io::{self, Read as _};

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use eksauth::token::{ClusterId, Inspection, Partition, Policy};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::failed::Failed;
use crate::global::Global;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;

use verdict::Verdict;

/// More than any token, and little enough to read whatever is piped in by mistake.
const MAX_INPUT: u64 = 1024 * 1024;

/// Show what a token holds and everything that is wrong with it, without calling AWS
///
/// Judges the token as a verifier of a partition and region would. It cannot tell whether AWS
/// accepts the signature: that takes `eksauth verify`. Exits with 0 when the token is valid and with
/// 1 when it is not. Neither the signature nor the session token is shown, unless asked for with
/// `--curl`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The token, or `-` to read it from stdin [default: stdin, if it is a pipe]
    #[arg(value_name = "TOKEN", hide_default_value = true)]
    token: Option<SecretArgument>,

    /// Name of the cluster that the token is for; `--curl` needs it
    #[arg(short = 'i', long = "cluster-name", visible_alias = "cluster-id")]
    #[arg(value_name = "NAME")]
    cluster: Option<ClusterId>,

    /// Judge as of this time (RFC 3339), instead of now
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// Judge as a verifier of this partition [default: that of --region, or aws]
    #[arg(long, value_name = "PARTITION")]
    partition: Option<Partition>,

    /// Print the curl command that replays the token. It holds the whole secret
    #[arg(long)]
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
        let token = self.read_token(process)?;
        let now = self.at.unwrap_or_else(|| process.context().now());
        let partition = self.partition.unwrap_or_else(|| {
            global
                .region
                .as_ref()
                .map_or(Partition::Aws, Partition::of_region)
        });
        let mut policy = Policy::new(partition);
        if let Some(region) = global.region {
            policy = policy.with_own_region(region);
        }
        let inspection = Inspection::of(&token, &policy, now);
        if self.curl {
            return self.print_curl(&inspection, global.cluster);
        }
        let verdict = Verdict {
            inspection: &inspection,
            partition,
            now,
        };
        match self.output {
            Output::Text => output::data(&verdict)?,
            Output::Json => output::json_indented(&verdict.to_json())?,
        }
        if inspection.is_valid() {
            Ok(())
        } else {
            Err(Unsuccessful::No)
        }
    }

    fn read_token(&self, process: &Process) -> Result<Zeroizing<String>, Unsuccessful> {
        match &self.token {
            Some(SecretArgument(text)) if text.as_str() != "-" => {
                output::note(
                    "warning: a token given as an argument can be seen in the list of processes and \
                     in the shell's history: pipe it in instead, with `-`",
                );
                Ok(text.clone())
            }
            None if process.stdin_is_terminal() => Err(usage(
                "inspect",
                ErrorKind::MissingRequiredArgument,
                "expected a token as the argument, or on stdin with `-`, but found neither\n"
                    .to_owned(),
            )),
            _ => Ok(read_stdin()?),
        }
    }

    fn print_curl(
        &self,
        inspection: &Inspection,
        global_cluster: Option<ClusterId>,
    ) -> Result<(), Unsuccessful> {
        let Some(cluster) = self.cluster.clone().or(global_cluster) else {
            return Err(usage(
                "inspect",
                ErrorKind::MissingRequiredArgument,
                "expected the cluster's name with `-i NAME`, which is signed but not part of the \
                 token, but found none\n"
                    .to_owned(),
            ));
        };
        let command = curl::command(inspection, &cluster)?;
        output::note("warning: this command holds the token, keep it as secret");
        output::data(format_args!("{}\n", *command))?;
        Ok(())
    }
}

fn read_stdin() -> Result<Zeroizing<String>, Failed> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let read = io::stdin().lock().take(MAX_INPUT).read_to_end(&mut bytes);
    read.map_err(|source| Failed::new("could not read the token from stdin").because(source))?;
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| Failed::new("expected a token on stdin, but found binary data"))?;
    Ok(Zeroizing::new(text.trim_ascii().to_owned()))
}

/// An argument that is erased after use and never shown.
#[derive(Clone)]
struct SecretArgument(Zeroizing<String>);

impl From<String> for SecretArgument {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl std::fmt::Debug for SecretArgument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretArgument(** redacted **)")
    }
}
