//! The flags of `add`, with the names of aws-iam-authenticator.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use eksauth_map::aws_auth::NewMapping;
use eksauth_map::{List, Who};

use crate::go_bool::flag_value;
use crate::kube_target::{Advice, ApiServer};

use super::new::New;
use super::sso::PermissionSet;

/// Where the ConfigMap is, and whether to ask before it is changed.
#[derive(Debug, Args)]
#[command(next_help_heading = "How it is added")]
pub(crate) struct WhereFlags {
    /// Ask before anything is changed; the answer is read from stdin [default: true]
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, value_name = "BOOL")]
    #[arg(default_missing_value = "true", value_parser = flag_value)]
    prompt: Option<bool>,

    /// Kubeconfig file [default: KUBECONFIG, ~/.kube/config, the pod's service account]
    // A path would not be let be empty.
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    kubeconfig: Option<OsString>,

    /// Context of the kubeconfig [default: its current context]
    #[arg(long, global = true, visible_alias = "context", value_name = "NAME")]
    kubeconfig_context: Option<String>,

    /// URL of the API server [default: that of the kubeconfig]
    #[arg(long, global = true, value_name = "URL")]
    master_url: Option<String>,

    /// Change the ConfigMap in this file, in YAML or JSON, instead of the cluster's
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    #[arg(value_parser = changeable)]
    #[arg(conflicts_with_all = ["kubeconfig", "kubeconfig_context", "master_url"])]
    pub(super) configmap: Option<PathBuf>,
}

/// Stdin is where the answer to the question comes from, and cannot be written.
fn changeable(path: &str) -> Result<PathBuf, String> {
    match path {
        "-" => Err(
            "expected a file, which is changed in its place, but found stdin; make one: \
             `kubectl -n kube-system get configmap aws-auth -o yaml > aws-auth.yaml`"
                .to_owned(),
        ),
        path => Ok(path.into()),
    }
}

/// Map an IAM user to a Kubernetes user
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub(crate) struct NewUser {
    /// ARN of the IAM user
    #[arg(long, value_name = "ARN")]
    userarn: String,

    #[command(flatten)]
    mapped_to: MappedTo,
}

/// Map an IAM role, or a permission set of IAM Identity Center, to a Kubernetes user
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub(crate) struct NewRole {
    /// ARN of the IAM role, without a path
    #[arg(
        long,
        value_name = "ARN",
        required_unless_present = "sso",
        conflicts_with = "sso"
    )]
    rolearn: Option<String>,

    /// The roles of a permission set: permissionSetName=NAME,accountID=ID[,partition=PARTITION]
    #[arg(long, value_name = "KEY=VALUE,…")]
    sso: Option<PermissionSet>,

    #[command(flatten)]
    mapped_to: MappedTo,
}

/// The Kubernetes user.
#[derive(Debug, Args)]
struct MappedTo {
    /// Name of the Kubernetes user; {{SessionName}} and other placeholders are filled in
    #[arg(long, value_name = "NAME")]
    username: String,

    /// Groups of the Kubernetes user
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    groups: Vec<String>,
}

impl WhereFlags {
    pub(super) fn asks(&self) -> bool {
        self.prompt.unwrap_or(true)
    }

    /// An empty name is as good as none, as in scripts with a variable that is not set.
    pub(super) fn into_api_server(self) -> ApiServer {
        ApiServer {
            kubeconfig: (self.kubeconfig.filter(|it| !it.is_empty())).map(PathBuf::from),
            context: self.kubeconfig_context.filter(|it| !it.is_empty()),
            url: self.master_url.filter(|it| !it.is_empty()),
            advice: Advice::OF_A_CLIENT,
        }
    }
}

impl NewUser {
    pub(crate) fn into_new(self) -> New {
        self.mapped_to.into_new(List::Users, Who::Arn(self.userarn))
    }
}

impl NewRole {
    pub(crate) fn into_new(self) -> New {
        let who = match self.sso {
            Some(permission_set) => permission_set.into(),
            // The other is required then.
            None => Who::Arn(self.rolearn.unwrap_or_default()),
        };
        self.mapped_to.into_new(List::Roles, who)
    }
}

impl MappedTo {
    fn into_new(self, list: List, who: Who) -> New {
        New {
            list,
            mapping: NewMapping {
                who,
                username: self.username,
                groups: self.groups,
                user_id: None,
            },
        }
    }
}
