//! `aws-iam-authenticator version`.

use clap::Args;

use crate::command::version::VERSION;
use crate::failed::Failed;
use crate::output;

/// Print the version
#[derive(Debug, Args)]
pub(super) struct VersionFlags {
    /// `json` or `yaml`
    #[arg(short, long, default_value = "json")]
    output: String,

    /// Print the number alone
    #[arg(short, long)]
    short: bool,
}

impl VersionFlags {
    pub(super) fn print(self) -> Result<(), Failed> {
        match self.output.as_str() {
            _ if self.short => output::data(format_args!("{VERSION}\n")),
            "json" => output::data(format_args!("{{\"Version\":\"{VERSION}\"}}\n")),
            "yaml" => output::data(format_args!(
                "version: {VERSION}\ncommit: \"\"\ndate: \"\"\n"
            )),
            other => {
                // The incumbent's exit code for this is 0.
                output::note(format_args!(
                    "unknown output format `{}`",
                    other.escape_default()
                ));
                Ok(())
            }
        }
    }
}

/// What the incumbent prints before it makes or serves anything; a commit is not known.
pub(super) fn print_line() -> Result<(), Failed> {
    output::data(format_args!("Authenticator Version: \"{VERSION}\", \"\"\n"))
}
