//! `aws-iam-authenticator verify`.

use std::process::ExitCode;

use clap::Args;
use eksauth::token::{ClusterId, Partition, Policy};

use crate::failed::{BECAUSE, Failed, chain};
use crate::incumbent_config::Config;
use crate::output;
use crate::process::Process;
use crate::report::FAILED;
use crate::sts_flags::StsFlags;
use crate::token_argument::TokenArgument;
use crate::token_request::found_cluster;
use crate::verification::{Identity, verify};

/// Verify a token for debugging purposes
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub(super) struct VerifyFlags {
    /// The token
    #[arg(short, long, value_name = "TOKEN")]
    token: Option<TokenArgument>,

    /// `json`, or else the identity in one line
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<String>,

    /// Partition whose STS hosts are accepted
    #[arg(long, value_name = "PARTITION")]
    partition: Option<Partition>,
}

impl VerifyFlags {
    pub(super) fn run(
        self,
        cluster: Option<ClusterId>,
        config: &Config,
        process: &Process,
    ) -> ExitCode {
        let Some(token) = self.token.clone().or_else(|| config.token()) else {
            return super::wrong_usage("verify", "error: token not specified");
        };
        let found = match cluster {
            Some(cluster) => Ok(Some(cluster)),
            None => found_cluster(config, process),
        };
        let cluster = match found {
            Ok(Some(cluster)) => cluster,
            Ok(None) => return super::wrong_usage("verify", "error: cluster ID not specified"),
            Err(error) => return could_not_verify(&error),
        };
        match self.verify(&token, cluster, config, process) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => could_not_verify(&error),
        }
    }

    fn verify(
        self,
        token: &TokenArgument,
        cluster: ClusterId,
        config: &Config,
        process: &Process,
    ) -> Result<(), Failed> {
        let partition = match self.partition {
            Some(partition) => partition,
            None => config.partition()?.unwrap_or(Partition::Aws),
        };
        let connection = StsFlags::default().connection(process.context())?;
        let identity = verify(token.expose(), cluster, Policy::new(partition), connection)?;
        let identity = Identity::of(&identity);
        match self.output.or_else(|| config.output()).as_deref() {
            Some("json") => output::json_indented(&identity),
            _ => output::data(format_args!("{}\n", identity.as_go_prints_it())),
        }
    }
}

fn could_not_verify(error: &Failed) -> ExitCode {
    output::note(format_args!(
        "could not verify token: {}",
        chain(error, BECAUSE)
    ));
    ExitCode::from(FAILED)
}
