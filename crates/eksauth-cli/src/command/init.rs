//! `eksauth init`: the certificate of the server, its key, and the kubeconfig for the API server.

mod made;
mod paths;

use clap::{Arg, Args, ValueEnum};

use crate::command::server::{CommonFlags, PlaceFlags, certificate, read_config};
use crate::failed::Failed;
use crate::feature_gates::FeatureGates;
use crate::global::Global;
use crate::incumbent_config::Config;
use crate::outcome::Unsuccessful;
use crate::output;

pub(crate) use made::Made;
use paths::Paths;

/// Make the certificate of the server, its key, and the kubeconfig for the API server
///
/// Writes cert.pem, key.pem and aws-iam-authenticator.kubeconfig into the current folder, and says where
/// to copy them. With the feature gate ConfiguredInitDirectories, it writes them where `eksauth server`
/// with the same configuration file looks. `--state-dir` and `--generate-kubeconfig` name other places.
/// A certificate with its key that is there is used as it is.
///
/// The server makes what is missing when it starts, too: this is for those who want the files before.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_override_self = true)]
#[command(mut_arg("state_dir", explain_state_dir))]
#[command(mut_arg("generate_kubeconfig", explain_generate_kubeconfig))]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: CommonFlags,

    #[command(flatten)]
    place: PlaceFlags,

    /// How to print what was made
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
}

const EXAMPLES: &str = "Examples:
  eksauth init
  eksauth init --hostname auth.example.org --address 0.0.0.0
  eksauth init -c config.yaml --feature-gates ConfiguredInitDirectories=true
  eksauth init --state-dir state --generate-kubeconfig state/kubeconfig.yaml -o json";

/// Its default is another one than the server's.
pub(crate) fn explain_state_dir(arg: Arg) -> Arg {
    arg.help("Folder for cert.pem and key.pem [default: the current folder]")
}

/// Its default is another one than the server's.
pub(crate) fn explain_generate_kubeconfig(arg: Arg) -> Arg {
    arg.help(
        "Where to write the kubeconfig for `--authentication-token-webhook-config-file` of the API server \
         [default: aws-iam-authenticator.kubeconfig]",
    )
}

impl Arguments {
    pub(crate) fn run(self, _global: Global) -> Result<(), Unsuccessful> {
        let config = read_config(&self.common)?;
        let gates = FeatureGates::merged(&self.common.feature_gates);
        let made = make(self.place, &gates, &config)?;
        match self.output {
            Output::Text => output::data(&made)?,
            Output::Json => output::json_indented(&made)?,
        }
        Ok(())
    }
}

/// Makes what is not there yet, and writes the kubeconfig.
pub(crate) fn make(
    flags: PlaceFlags,
    gates: &FeatureGates,
    config: &Config,
) -> Result<Made, Failed> {
    let paths = Paths::resolve(flags, gates, config)?;
    let place = &paths.place;
    let files = place.certificate_files();
    let was_there = files.paths().all(|it| it.exists());
    let store = certificate::open(place, None)?;
    certificate::write_kubeconfig(place, &place.kubeconfig, place.port, &store)?;
    Ok(Made::new(paths, was_there, store.expires()))
}
