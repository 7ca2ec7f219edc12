//! `eksauth version`.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::outcome::Unsuccessful;
use crate::output;

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Print the version
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How to print it
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,

    /// Print the number alone
    #[arg(short, long)]
    short: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    Text,
    Json,
}

#[derive(Serialize)]
struct Version {
    version: &'static str,
    os: &'static str,
    arch: &'static str,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Unsuccessful> {
        let version = Version {
            version: VERSION,
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
        };
        match self.output {
            _ if self.short => output::data(format_args!("{VERSION}\n"))?,
            Output::Json => output::json_line(&version)?,
            Output::Text => {
                output::data(format_args!(
                    "eksauth {VERSION} ({}/{})\n",
                    version.os, version.arch
                ))?;
            }
        }
        Ok(())
    }
}
