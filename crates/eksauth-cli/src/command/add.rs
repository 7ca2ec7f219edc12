//! `eksauth add`: one more mapping in the ConfigMap `aws-auth`.

mod answer;
mod cluster;
mod confirm;
mod diff;
mod doubts;
mod flags;
mod manifest;
mod new;
mod sso;
mod yaml;

use clap::{Args, Subcommand, ValueEnum};

use crate::failed::Failed;
use crate::global::Global;
use crate::outcome::Unsuccessful;
use crate::output;
use crate::process::Process;
use crate::runtime;

pub(crate) use answer::Added;
pub(crate) use flags::{NewRole, NewUser, WhereFlags};
pub(crate) use new::New;

/// Add a user or a role to the ConfigMap aws-auth
///
/// Changes mapUsers or mapRoles of the ConfigMap kube-system/aws-auth in the cluster, or in a file with
/// `--configmap`. Comments, other keys and the order of the entries stay; if somebody else changes it at
/// the same time, both changes are in it afterwards. What will change is shown first, and done once `y`
/// is read from stdin; `--prompt=false` does it at once.
///
/// A principal that is mapped already is an error, and so is an entry that would match nobody.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: WhereFlags,

    /// How to print the outcome; `json` and `yaml` are the ConfigMap
    #[arg(
        short = 'o',
        long = "output",
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    format: Output,

    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  eksauth add user --userarn arn:aws:iam::123456789012:user/dev --username dev --groups devs
  eksauth add role --rolearn arn:aws:iam::123456789012:role/Deploy \\
    --username 'deploy:{{SessionName}}' --groups deployers --prompt=false
  eksauth add role --sso permissionSetName=Ops,accountID=123456789012 \\
    --username 'ops:{{SessionName}}' --groups ops
  eksauth add user --userarn arn:aws:iam::123456789012:user/dev --username dev \\
    --configmap aws-auth.yaml";

#[derive(Debug, Subcommand)]
enum Command {
    User(NewUser),
    Role(NewRole),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
    Yaml,
}

impl Arguments {
    pub(crate) fn run(self, _global: Global, process: &Process) -> Result<(), Unsuccessful> {
        let new = match self.command {
            Command::User(user) => user.into_new(),
            Command::Role(role) => role.into_new(),
        };
        let Some(added) = run(new, self.place, process)? else {
            output::note("cancelled, nothing was changed");
            return Err(Unsuccessful::No);
        };
        match self.format {
            Output::Text => output::data(format_args!("{added}\n"))?,
            Output::Json => output::json_indented(&added.config_map)?,
            Output::Yaml => output::data(yaml::of(&added.config_map)?)?,
        }
        Ok(())
    }
}

impl Added {
    /// The ConfigMap as it is now.
    pub(crate) fn yaml(&self) -> Result<String, Failed> {
        yaml::of(&self.config_map)
    }
}

/// Adds the mapping where the flags say; `None` if a person does not want to.
pub(crate) fn run(new: New, place: WhereFlags, process: &Process) -> Result<Option<Added>, Failed> {
    new.judge()?;
    for doubt in doubts::about(&new) {
        output::note(format_args!("warning: {doubt}"));
    }
    let asks = place.asks();
    match place.configmap {
        Some(path) => manifest::add(&new, &path, asks),
        None => {
            let api_server = place.into_api_server();
            runtime::block_on(cluster::add(&new, api_server, asks, process))?
        }
    }
}
