//! What every command of `aws-iam-authenticator` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum as _};
use eksauth::token::ClusterId;

use crate::command::server::CommonFlags;
use crate::failed::Failed;
use crate::feature_gates::FeatureGates;
use crate::incumbent_config::Config;
use crate::logging::{Format, Verbosity};
use crate::output;
use crate::process::Process;

#[derive(Debug, Args)]
pub(super) struct Global {
    /// Load settings from this file (YAML, JSON or TOML)
    #[arg(short = 'c', long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Name of the cluster
    #[arg(short = 'i', long, global = true, value_name = "NAME")]
    pub(super) cluster_id: Option<ClusterId>,

    /// Log format: `text` or `json`
    #[arg(
        short = 'l',
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    log_format: String,

    /// Log level [env: AWS_IAM_AUTHENTICATOR_LOG_VERBOSITY] [default: warn;
    /// of the server: info]
    #[arg(
        short = 'v',
        long,
        global = true,
        value_name = "LEVEL",
        ignore_case = true
    )]
    pub(super) log_verbosity: Option<Verbosity>,

    /// SSORoleMatch, ConfiguredInitDirectories, IAMIdentityMappingCRD, AllAlpha, AllBeta
    #[arg(long, global = true, value_name = "NAME=BOOL")]
    pub(super) feature_gates: Vec<FeatureGates>,
}

impl Global {
    /// What is no format counts as `text`, with a warning.
    pub(super) fn format(&self) -> Format {
        Format::from_str(&self.log_format, false).unwrap_or_else(|_| {
            let found = self.log_format.escape_default();
            output::note(format_args!(
                "warning: expected the log format `text` or `json`, but found `{found}`"
            ));
            Format::default()
        })
    }

    pub(super) fn config(&self) -> Result<Config, Failed> {
        let config = self.config.as_deref().map(Config::read).transpose()?;
        Ok(config.unwrap_or_default())
    }

    pub(super) fn verbosity(&self, process: &Process) -> Result<Verbosity, Failed> {
        const VARIABLE: &str = "AWS_IAM_AUTHENTICATOR_LOG_VERBOSITY";
        match (self.log_verbosity, process.context().var(VARIABLE)) {
            (Some(level), _) => Ok(level),
            (None, None) => Ok(Verbosity::default()),
            (None, Some(level)) => Verbosity::from_str(&level, true).map_err(|_| {
                Failed::new(format!(
                    "expected a log level in {VARIABLE}, but found `{}`",
                    level.escape_default()
                ))
            }),
        }
    }

    /// What the server and `init` need of it.
    pub(super) fn into_common(self) -> CommonFlags {
        CommonFlags {
            config: self.config,
            cluster: self.cluster_id,
            feature_gates: self.feature_gates,
        }
    }
}
