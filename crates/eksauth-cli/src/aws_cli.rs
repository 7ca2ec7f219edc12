//! The AWS CLI's own global options, which it takes before and after the command.

use clap::{Args, ValueEnum};

use crate::output;

/// Those that make no difference to a token, but must not be in the way. They are not clap's `global`
/// arguments, which would be copied into every command at every start.
#[derive(Debug, Args)]
pub(crate) struct Ignored {
    #[arg(long, hide = true)]
    no_cli_pager: bool,
    #[arg(long, hide = true)]
    no_cli_auto_prompt: bool,
    #[arg(long, hide = true)]
    no_paginate: bool,
    #[arg(long, hide = true, value_name = "WHEN")]
    color: Option<String>,
    #[arg(long, hide = true, value_name = "SECONDS")]
    cli_read_timeout: Option<u32>,
    #[arg(long, hide = true, value_name = "SECONDS")]
    cli_connect_timeout: Option<u32>,
    #[arg(long, hide = true)]
    debug: bool,
    #[arg(long, hide = true)]
    no_verify_ssl: bool,
    #[arg(long, hide = true, value_name = "FILE")]
    ca_bundle: Option<String>,
    #[arg(long, hide = true, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl Ignored {
    /// Tells what is not done although it was asked for.
    pub(crate) fn tell(&self) {
        let ignored = [
            (
                self.no_verify_ssl,
                "--no-verify-ssl",
                "certificates are always verified",
            ),
            (
                self.ca_bundle.is_some(),
                "--ca-bundle",
                "set AWS_CA_BUNDLE or `ca_bundle` of the profile",
            ),
            (
                self.endpoint_url.is_some(),
                "--endpoint-url",
                "a token is for AWS's own hosts; roles follow AWS_ENDPOINT_URL_STS",
            ),
            (self.debug, "--debug", "use `--log-verbosity debug`"),
        ];
        for (_, option, instead) in ignored.iter().filter(|(given, ..)| *given) {
            output::note(format_args!("note: {option} is ignored: {instead}"));
        }
    }
}

/// The AWS CLI's formats, as far as they suit an ExecCredential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AwsOutput {
    Json,
    Text,
    Yaml,
}

/// What its `--query` can choose of an ExecCredential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AwsField {
    #[value(name = "status.token")]
    Token,
    #[value(name = "status.expirationTimestamp")]
    Expiration,
    #[value(name = "apiVersion")]
    ApiVersion,
    #[value(name = "kind")]
    Kind,
}
