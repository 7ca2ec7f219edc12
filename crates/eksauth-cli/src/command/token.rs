//! `eksauth token`: the kubectl plugin.

use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use eksauth::token::{ClusterId, Token};
use eksauth::{AssumeRole, SessionName};

use crate::exec_credential::ExecCredential;
use crate::exec_info::{ClusterExtension, ExecInfo};
use crate::failed::Failed;
use crate::global::Global;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;
use crate::token_request::{TokenRequest, region_of_cluster};

/// Where the incumbent authenticator looks for the cluster's name.
const CLUSTER_VARIABLE: &str = "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID";

/// Sign a token for a cluster and print it as an ExecCredential
///
/// This is what a kubeconfig's `exec` user runs. The API version answered is the one that kubectl
/// asks for in KUBERNETES_EXEC_INFO. With `provideClusterInfo: true`, cluster name, region, profile
/// and role may also come from the cluster's extension `client.authentication.k8s.io/exec`
/// (keys: clusterName, region, profile, roleArn, externalId, sessionName), so that one user entry
/// serves every cluster; flags win.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Name of the cluster (on Outposts: its id) [env: KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID]
    #[arg(short = 'i', long = "cluster-name", visible_alias = "cluster-id")]
    #[arg(value_name = "NAME")]
    pub(crate) cluster: Option<ClusterId>,

    #[command(flatten)]
    pub(crate) role: RoleFlags,

    /// Print the token alone
    #[arg(long)]
    pub(crate) token_only: bool,

    /// Do not keep credentials of assumed roles and SSO sign-ins on disk
    #[arg(long)]
    no_cache: bool,

    /// Accepted as aws-iam-authenticator does; keeping credentials is the default
    #[arg(long, hide = true, conflicts_with = "no_cache")]
    cache: bool,

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

/// The role to assume before signing, in the spellings of both incumbents.
#[derive(Debug, Default, Args)]
pub(crate) struct RoleFlags {
    /// ARN of a role to assume before signing
    #[arg(
        short = 'r',
        long = "role-arn",
        visible_alias = "role",
        value_name = "ARN"
    )]
    pub(crate) role_arn: Option<String>,

    /// External id that the role's trust policy asks for
    #[arg(short = 'e', long, value_name = "ID")]
    pub(crate) external_id: Option<String>,

    /// Name of the role's session [default: eksauth]
    #[arg(
        short = 's',
        long,
        value_name = "NAME",
        conflicts_with = "forward_session_name"
    )]
    pub(crate) session_name: Option<String>,

    /// Name the role's session like that of the credentials it is assumed with
    #[arg(long)]
    pub(crate) forward_session_name: bool,

    /// How long the role's session lasts, in seconds [default: one hour]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) duration: Option<u64>,

    /// Serial number or ARN of the MFA device that the role's trust policy asks for
    #[arg(long, value_name = "SERIAL")]
    pub(crate) mfa_serial: Option<String>,
}

impl Arguments {
    pub(crate) fn run(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        let token_only = self.token_only || self.output == Output::Text;
        let exec_info = ExecInfo::of(process.context())?;
        let cluster = self.cluster.or(global.cluster.clone());
        let Some(cluster) = find_cluster(cluster, &exec_info, process)? else {
            return Err(usage(
                "token",
                ErrorKind::MissingRequiredArgument,
                missing_cluster(),
            ));
        };
        let request = TokenRequest {
            cluster,
            region: global
                .region
                .map_or_else(|| region_of_cluster(&exec_info), |it| Ok(Some(it)))?,
            profile: global
                .profile
                .or_else(|| exec_info.extension.profile.clone()),
            role: self.role.or_of_cluster(&exec_info.extension).to_role()?,
            use_cache: !self.no_cache,
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

/// The cluster: First a flag. Next the cluster's extension in the kubeconfig. Finally the
/// incumbent's environment variable.
pub(crate) fn find_cluster(
    flag: Option<ClusterId>,
    exec_info: &ExecInfo,
    process: &Process,
) -> Result<Option<ClusterId>, Failed> {
    if flag.is_some() {
        return Ok(flag);
    }
    let extension = || exec_info.extension.cluster.clone();
    let Some(name) = extension().or_else(|| process.context().var(CLUSTER_VARIABLE)) else {
        return Ok(None);
    };
    let cluster = ClusterId::new(name);
    cluster.map(Some).map_err(|error| {
        Failed::new("could not use the cluster name that was found").because(error)
    })
}

fn missing_cluster() -> String {
    format!(
        "expected the name of a cluster, but found none: give it with `--cluster-name NAME` (`-i`), \
         in {CLUSTER_VARIABLE}, or as `clusterName` in the cluster's extension \
         `client.authentication.k8s.io/exec` of the kubeconfig (with `provideClusterInfo: true`)\n"
    )
}

impl RoleFlags {
    /// What flags leave open is taken from the cluster's extension.
    fn or_of_cluster(mut self, extension: &ClusterExtension) -> Self {
        self.role_arn = self.role_arn.or_else(|| extension.role_arn.clone());
        self.external_id = self.external_id.or_else(|| extension.external_id.clone());
        if !self.forward_session_name {
            self.session_name = self.session_name.or_else(|| extension.session_name.clone());
        }
        self
    }

    /// The role that the flags describe; without an ARN the others have no effect.
    pub(crate) fn to_role(&self) -> Result<Option<AssumeRole>, Failed> {
        let Some(arn) = self.role_arn.as_deref().filter(|arn| !arn.is_empty()) else {
            return Ok(None);
        };
        let mut role = AssumeRole::new(arn)?;
        if let Some(external_id) = self.external_id.as_deref().filter(|it| !it.is_empty()) {
            role = role.with_external_id(external_id)?;
        }
        if self.forward_session_name {
            role = role.with_session_name(SessionName::forwarded());
        } else if let Some(name) = self.session_name.as_deref().filter(|it| !it.is_empty()) {
            role = role.with_session_name(SessionName::named(name)?);
        }
        if let Some(seconds) = self.duration {
            role = role.with_duration(Duration::from_secs(seconds))?;
        }
        if let Some(serial) = &self.mfa_serial {
            role = role.with_mfa_serial(serial);
        }
        Ok(Some(role))
    }
}
