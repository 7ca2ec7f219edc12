//! `eksauth token`: the kubectl plugin.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use eksauth::token::{ClusterId, Token};

use crate::exec_credential::ExecCredential;
use crate::exec_info::ExecInfo;
use crate::failed::Failed;
use crate::global::Global;
use crate::incumbent_config::Config;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;
use crate::role_flags::RoleFlags;
use crate::token_request::{Asked, CLUSTER_VARIABLE};

/// Sign a token for a cluster and print it as an ExecCredential
///
/// This is what a kubeconfig's `exec` user runs. The API version answered is the one that kubectl
/// asks for in KUBERNETES_EXEC_INFO. With `provideClusterInfo: true`, cluster name, region, profile
/// and role may also come from the cluster's extension `client.authentication.k8s.io/exec`
/// (keys: clusterName, region, profile, roleArn, externalId, sessionName), so that one user entry
/// serves every cluster; flags win. Next come KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID and
/// DEFAULT_ROLE, then the file of --config, as for aws-iam-authenticator.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Arguments {
    /// Name of the cluster (on Outposts: its id) [env: KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID]
    #[arg(short = 'i', long = "cluster-name", visible_alias = "cluster-id")]
    #[arg(value_name = "NAME")]
    cluster: Option<ClusterId>,

    #[command(flatten)]
    role: RoleFlags,

    /// Print the token alone
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", hide_possible_values = true)]
    token_only: Option<bool>,

    /// Do not keep credentials of assumed roles and SSO sign-ins on disk
    #[arg(long)]
    no_cache: bool,

    /// Accepted as aws-iam-authenticator does; keeping credentials is the default.
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, value_name = "BOOL")]
    #[arg(conflicts_with = "no_cache")]
    cache: Option<Option<bool>>,

    /// Settings in the form of aws-iam-authenticator's configuration file (YAML or JSON)
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Accepted as aws-iam-authenticator does; none of the gates concerns a token.
    #[arg(long, hide = true, value_name = "GATES")]
    feature_gates: Option<String>,

    /// `json` is the ExecCredential, `text` the token alone
    #[arg(short, long, value_name = "FORMAT", default_value = "json")]
    output: Output,
}

const EXAMPLES: &str = "Examples:
  eksauth token -i prod
  eksauth token -i prod --profile sso-admin --region eu-west-1
  eksauth token -i prod --role arn:aws:iam::123456789012:role/Deploy
  eksauth token -i prod --token-only | eksauth inspect -";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Json,
    Text,
}

impl Arguments {
    pub(crate) fn run(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        let exec_info = ExecInfo::of(process.context())?;
        let asked = Asked {
            cluster: self.cluster.or(global.cluster),
            region: global.region,
            profile: global.profile,
            role: self.role,
            use_cache: !self.no_cache,
            default_session_name: None,
            config: self
                .config
                .as_deref()
                .map(Config::read)
                .transpose()?
                .unwrap_or_default(),
        };
        let token_only = self.token_only.unwrap_or_else(|| asked.config.token_only());
        let token_only = token_only || self.output == Output::Text;
        let Some(request) = asked.complete(&exec_info, process)? else {
            return Err(usage(
                "token",
                ErrorKind::MissingRequiredArgument,
                missing_cluster(),
            ));
        };
        print(&request.sign(process)?, &exec_info, token_only)?;
        Ok(())
    }
}

/// Prints the token, alone or as an ExecCredential.
pub(crate) fn print(token: &Token, exec_info: &ExecInfo, token_only: bool) -> Result<(), Failed> {
    if token_only {
        return output::data(format_args!("{}\n", token.expose()));
    }
    let credential = ExecCredential::new(token, exec_info.api_version);
    output::json_line(&credential)
}

fn missing_cluster() -> String {
    format!(
        "expected the name of a cluster, but found none: give it with `--cluster-name NAME` (`-i`), \
         in {CLUSTER_VARIABLE}, or as `clusterName` in the cluster's extension \
         `client.authentication.k8s.io/exec` of the kubeconfig (with `provideClusterInfo: true`)"
    )
}
