//! `aws-iam-authenticator token`.

use std::process::ExitCode;

use clap::Args;
use eksauth::token::{ClusterId, Region};

use crate::command::token;
use crate::exec_info::ExecInfo;
use crate::failed::{BECAUSE, Failed, chain};
use crate::go_bool::flag_value;
use crate::incumbent_config::Config;
use crate::output;
use crate::process::Process;
use crate::report::{self, FAILED};
use crate::role_flags::RoleFlags;
use crate::token_request::Asked;

use super::global::Global;
use super::wrong_usage;

/// Sign a token for a cluster and print it
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub(super) struct TokenFlags {
    /// AWS region
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,

    #[command(flatten)]
    role: RoleFlags,

    /// Print the token alone
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", value_parser = flag_value)]
    token_only: Option<bool>,

    /// Accepted: credentials of assumed roles and SSO sign-ins are always kept
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL")]
    cache: Option<Option<bool>>,

    /// The incumbent ignores further arguments.
    #[arg(hide = true)]
    ignored: Vec<String>,
}

impl TokenFlags {
    pub(super) fn run(self, global: Global, process: &Process) -> ExitCode {
        let config = match global.config() {
            Ok(config) => config,
            Err(error) => return report::tell(&error),
        };
        match self.print_token(global.cluster_id, config, process) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => wrong_usage("token", "Error: cluster ID not specified"),
            Err(error) => could_not_get_token(&error),
        }
    }

    /// `false` when nobody names a cluster.
    fn print_token(
        self,
        cluster: Option<ClusterId>,
        config: Config,
        process: &Process,
    ) -> Result<bool, Failed> {
        let exec_info = ExecInfo::of(process.context())?;
        let token_only = self.token_only.unwrap_or_else(|| config.token_only());
        let asked = Asked {
            cluster,
            region: self.region,
            profile: None,
            role: self.role,
            use_cache: true,
            default_session_name: None,
            config,
        };
        let Some(request) = asked.complete(&exec_info, process)? else {
            return Ok(false);
        };
        token::print(&request.sign(process)?, &exec_info, token_only)?;
        Ok(true)
    }
}

fn could_not_get_token(error: &Failed) -> ExitCode {
    output::note(format_args!(
        "could not get token: {}",
        chain(error, BECAUSE)
    ));
    ExitCode::from(FAILED)
}
