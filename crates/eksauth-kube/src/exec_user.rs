//! Users of a kubeconfig who get their token from a command that this crate can replace.

mod cluster_extension;
mod command_line;
mod complete;
mod flag;
mod not_taken;
mod program;
mod role_flags;
#[cfg(test)]
mod tests;

use std::fmt;

use eksauth::AssumeRole;
use eksauth::token::{ClusterId, Region};
use kube::config::ExecConfig;

use command_line::{Flags, Place};
use role_flags::RoleFlags;

pub(crate) use cluster_extension::extension_shown_to;
pub(crate) use complete::TokenSettings;
pub use not_taken::NotTaken;
pub use program::Program;

/// The session name of a role that the AWS CLI assumes for a token; trust policies may name it.
const AWS_CLI_SESSION_NAME: &str = "EKSGetTokenAuth";

/// What an exec user of a kubeconfig asks for, when its command is one that this crate replaces:
/// `aws eks get-token`, `aws-iam-authenticator token`, `eksauth token` or `eksauth eks get-token`.
///
/// Its `Debug` leaves out the external id of the role and the values of the variables.
#[derive(Clone, PartialEq)]
pub struct ExecUser {
    program: Program,
    cluster: Option<ClusterId>,
    region: Option<Region>,
    profile: Option<String>,
    /// What other sources may add to, until it is a role.
    role_flags: RoleFlags,
    role: Option<AssumeRole>,
    variables: Vec<(String, String)>,
    uses_cache: bool,
    /// Whether the command gets to see the cluster's entry.
    sees_cluster: bool,
}

impl ExecUser {
    /// Reads the command, its arguments and its variables as the command itself would. Nothing is
    /// run, and no file is read.
    ///
    /// # Errors
    ///
    /// The reason why the command has to be run: it is another one, or it is asked for something
    /// that is not done in process, or its arguments are wrong, which it tells best itself.
    pub fn recognise(exec: &ExecConfig) -> Result<Self, NotTaken> {
        // It cannot be written in a kubeconfig, so whoever sets it has a reason.
        if exec.drop_env.as_ref().is_some_and(|it| !it.is_empty()) {
            return Err(NotTaken::DroppedVariables);
        }
        let command = exec.command.as_deref().filter(|it| !it.is_empty());
        let program = Program::of_command(command.ok_or(NotTaken::NoCommand)?)?;
        let arguments = exec.args.as_deref().unwrap_or_default();
        let (place, flags) = command_line::parse(program, arguments)?;
        flags.check()?;
        let mut user = Self::new(program, place, flags, variables(exec))?;
        user.sees_cluster = exec.provide_cluster_info;
        Ok(user)
    }

    fn new(
        program: Program,
        place: Place,
        flags: Flags,
        variables: Vec<(String, String)>,
    ) -> Result<Self, NotTaken> {
        let mut role_flags = flags.role;
        if place == Place::GetToken {
            role_flags.default_session_name = Some(AWS_CLI_SESSION_NAME);
        }
        let cluster = flags.cluster.or(flags.cluster_id);
        Ok(Self {
            program,
            cluster: parsed("cluster name", cluster, ClusterId::new)?,
            region: parsed("region", flags.region, Region::new)?,
            profile: flags.profile,
            role: role_flags.to_role()?,
            role_flags,
            variables,
            uses_cache: flags.no_cache != Some(true),
            sees_cluster: false,
        })
    }

    /// Whose command line it is.
    pub fn program(&self) -> Program {
        self.program
    }

    /// The cluster; `None` when it has to be taken from the cluster's extension in the kubeconfig
    /// (`eksauth`), or from the variable `KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID` (not `aws`).
    pub fn cluster(&self) -> Option<&ClusterId> {
        self.cluster.as_ref()
    }

    /// The region, when a flag names one.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The profile, when a flag names one.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The role to assume before signing, when a flag names one.
    pub fn role(&self) -> Option<&AssumeRole> {
        self.role.as_ref()
    }

    /// The variables that are set for the command, over those of the process. Their values may be
    /// secret.
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// Whether credentials of assumed roles and SSO sign-ins may be kept on disk.
    pub fn uses_cache(&self) -> bool {
        self.uses_cache
    }
}

impl fmt::Debug for ExecUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.variables.iter().map(|(name, _)| name).collect();
        f.debug_struct("ExecUser")
            .field("program", &self.program)
            .field("cluster", &self.cluster)
            .field("region", &self.region)
            .field("profile", &self.profile)
            .field("role", &self.role)
            .field("variables", &names)
            .field("uses_cache", &self.uses_cache)
            .finish_non_exhaustive()
    }
}

/// An entry without a name or a value is passed over, as kube does it.
fn variables(exec: &ExecConfig) -> Vec<(String, String)> {
    let entries = exec.env.iter().flatten();
    entries
        .filter_map(|entry| Some((entry.get("name")?.clone(), entry.get("value")?.clone())))
        .collect()
}

/// A value that may be missing, but not wrong.
fn parsed<T, E>(
    part: &'static str,
    text: Option<String>,
    parse: impl FnOnce(String) -> Result<T, E>,
) -> Result<Option<T>, NotTaken>
where
    E: std::error::Error + Send + Sync + 'static,
{
    text.map(parse)
        .transpose()
        .map_err(|source| NotTaken::malformed(part, source))
}
