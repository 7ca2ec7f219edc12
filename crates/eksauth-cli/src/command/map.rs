//! `eksauth map`: which Kubernetes user an AWS identity is, and which mapping says so.

mod answer;
mod files;
mod identity;

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use eksauth_map::BackendMode;

use crate::failed::Failed;
use crate::feature_gates::{FeatureGates, Gate};
use crate::global::Global;
use crate::incumbent_config::Config;
use crate::mapping_rules::{MappingFlags, MappingRules};
use crate::outcome::{Unsuccessful, usage};
use crate::output;

use answer::Answer;
use files::Files;
use identity::IdentityFlags;

/// Show which Kubernetes user an AWS identity is, and which mapping says so
///
/// Decides as `eksauth server` would with the same configuration file, without a network: the
/// backends of `backendMode` are asked in their order, as far as they are files. The ConfigMap
/// `aws-auth` comes from a file, too, as `kubectl get -o yaml` writes it. If nothing maps the identity,
/// the mappings that nearly do are told. The exit code is 0 if it is mapped, 1 if not.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Arguments {
    /// The server's configuration file (YAML, JSON or TOML)
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// A file of the backend DynamicFile [default: `dynamicfilepath` of the configuration file]
    #[arg(long, value_name = "FILE")]
    dynamic_file: Option<PathBuf>,

    /// The ConfigMap aws-auth in YAML or JSON, `-` for stdin
    #[arg(long, value_name = "FILE")]
    configmap: Option<PathBuf>,

    /// Ask these backends, in this order [default: those of the configuration file]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    backend_mode: Vec<BackendMode>,

    /// Find entries of the dynamic file by their user id
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", hide_possible_values = true)]
    user_id_strict: Option<bool>,

    #[command(flatten)]
    rules: MappingFlags,

    /// Feature gates of the server, such as `SSORoleMatch=true`
    #[arg(long, value_name = "NAME=BOOL")]
    feature_gates: Vec<FeatureGates>,

    #[command(flatten)]
    identity: IdentityFlags,

    /// How to print it
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

const EXAMPLES: &str = "Examples:
  eksauth map -c config.yaml --arn arn:aws:sts::123456789012:assumed-role/Deploy/dev
  eksauth map -c config.yaml --arn arn:aws:iam::123456789012:user/dev -o json
  kubectl get configmap -n kube-system aws-auth -o yaml |
    eksauth map --configmap - --arn arn:aws:iam::123456789012:role/Deploy
  eksauth map --dynamic-file mappings.json --user-id-strict \\
    --arn arn:aws:iam::123456789012:role/Deploy --user-id AROAEXAMPLE";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
}

impl Arguments {
    pub(crate) fn run(self, _global: Global) -> Result<(), Unsuccessful> {
        if self.config.is_none() && self.dynamic_file.is_none() && self.configmap.is_none() {
            return Err(usage(
                "map",
                ErrorKind::MissingRequiredArgument,
                "expected mappings with `--config FILE`, `--dynamic-file FILE` or `--configmap FILE`, but \
                 found none"
                    .to_owned(),
            ));
        }
        let principal = self.identity.principal()?;
        let output = self.output;
        let private_dns_name = self.identity.private_dns_name.clone();
        let files = self.files()?;
        for warning in &files.warnings {
            output::note(format_args!("warning: {warning}"));
        }
        let answer = Answer::of(&files.map, &principal, private_dns_name.as_deref());
        match output {
            Output::Text => output::data(&answer)?,
            Output::Json => output::json_indented(&answer)?,
        }
        answer.tell_hints();
        files.tell_skipped(answer.backend());
        match answer.is_mapped() {
            true => Ok(()),
            false => Err(Unsuccessful::No),
        }
    }

    fn files(self) -> Result<Files, Failed> {
        let config = self.config.as_deref().map(Config::read).transpose()?;
        let (server, problems) = config.as_ref().map(Config::server).unwrap_or_default();
        if !problems.is_empty() {
            return Err(problems.into_failed());
        }
        let rules = MappingRules {
            sso: FeatureGates::merged(&self.feature_gates).has(Gate::SsoRoleMatch),
            drop_role_paths: (self.rules.drop_role_paths)
                .or(server.drop_role_paths)
                .unwrap_or_default(),
            wildcard_roles: (self.rules.wildcard_roles)
                .or(server.wildcard_roles)
                .unwrap_or_default(),
            user_id_strict: (self.user_id_strict)
                .or(server.dynamic_file_user_id_strict)
                .unwrap_or_default(),
        };
        Files::load(files::Wanted {
            config: config.as_ref(),
            server: &server,
            backend_mode: self.backend_mode,
            dynamic_file: self.dynamic_file,
            config_map: self.configmap,
            rules,
        })
    }
}
