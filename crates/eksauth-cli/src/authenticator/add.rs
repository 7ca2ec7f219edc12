//! `aws-iam-authenticator add`.

use clap::{Args, Subcommand};

use crate::command::add::{self, NewRole, NewUser, WhereFlags};
use crate::failed::Failed;
use crate::output;
use crate::process::Process;

/// Add a user or a role to the ConfigMap aws-auth
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(args_override_self = true)]
pub(super) struct AddFlags {
    #[command(flatten)]
    place: WhereFlags,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Map an IAM user to a Kubernetes user
    User {
        #[command(flatten)]
        user: NewUser,

        /// The incumbent ignores further arguments.
        #[arg(hide = true)]
        ignored: Vec<String>,
    },
    /// Map an IAM role, or a permission set of IAM Identity Center, to a Kubernetes user
    Role {
        #[command(flatten)]
        role: NewRole,

        /// The incumbent ignores further arguments.
        #[arg(hide = true)]
        ignored: Vec<String>,
    },
}

impl AddFlags {
    /// Not to want it is no failure to the incumbent.
    pub(super) fn run(self, process: &Process) -> Result<(), Failed> {
        let new = match self.command {
            Command::User { user, .. } => user.into_new(),
            Command::Role { role, .. } => role.into_new(),
        };
        match add::run(new, self.place, process)? {
            Some(added) => output::data(format_args!("updated configmap:\n\n{}", added.yaml()?)),
            None => {
                output::note("cancelled, nothing was changed");
                Ok(())
            }
        }
    }
}
