//! `aws-iam-authenticator init`.

use std::process::ExitCode;

use clap::Args;

use crate::command::init;
use crate::command::server::{CommonFlags, PlaceFlags, cluster, partition, read_config};
use crate::failed::{BECAUSE, Failed, chain};
use crate::feature_gates::FeatureGates;
use crate::incumbent_config::Config;
use crate::output;
use crate::process::Process;
use crate::report::{self, FAILED};

use super::global::Global;
use super::version;

/// Make the certificate of the server, its key, and the kubeconfig for the API server
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(mut_arg("state_dir", init::explain_state_dir))]
#[command(mut_arg("generate_kubeconfig", init::explain_generate_kubeconfig))]
pub(super) struct InitFlags {
    #[command(flatten)]
    place: PlaceFlags,

    /// The incumbent ignores further arguments.
    #[arg(hide = true)]
    ignored: Vec<String>,
}

impl InitFlags {
    pub(super) fn run(self, global: Global, process: &Process) -> ExitCode {
        if let Err(error) = version::print_line() {
            return report::tell(&error);
        }
        let common = global.into_common();
        let gates = FeatureGates::merged(&common.feature_gates);
        let config = match checked_config(common, process) {
            Ok(config) => config,
            Err(error) => return failed("could not get config", &error),
        };
        match init::make(self.place, &gates, &config) {
            Ok(made) => {
                output::note(made.to_string().trim_end());
                ExitCode::SUCCESS
            }
            Err(error) => failed("could not initialize", &error),
        }
    }
}

/// The incumbent wants a cluster and a partition here, too.
fn checked_config(common: CommonFlags, process: &Process) -> Result<Config, Failed> {
    let config = read_config(&common)?;
    let (file, problems) = config.server();
    if !problems.is_empty() {
        return Err(problems.into_failed());
    }
    cluster(common.cluster, &config, process)?;
    partition(None, &file)?;
    Ok(config)
}

fn failed(what: &str, error: &Failed) -> ExitCode {
    output::note(format_args!("{what}: {}", chain(error, BECAUSE)));
    ExitCode::from(FAILED)
}
