//! How a verifier reaches STS.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use eksauth::Context;
use eksauth_server::{ConnectTo, StsConnection};

use crate::failed::Failed;

/// Flags of every command that asks STS about a token.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Connection options")]
pub(crate) struct StsFlags {
    /// Trust these root certificates (PEM) besides the system's [env: AWS_CA_BUNDLE]
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Connect to HOST2:PORT2 instead of HOST1:PORT1, whose certificate is expected still
    #[arg(long, value_name = "HOST1:PORT1:HOST2:PORT2")]
    connect_to: Vec<ConnectTo>,
}

impl StsFlags {
    /// The connection; what no flag says, the environment does, as for all AWS tools.
    pub(crate) fn connection(self, context: &Context) -> Result<StsConnection, Failed> {
        let mut connection = StsConnection::new();
        let ca_file = self
            .ca_file
            .or_else(|| context.var("AWS_CA_BUNDLE").map(PathBuf::from));
        if let Some(path) = ca_file {
            connection = with_roots(connection, path)?;
        }
        let either = |lower: &str, upper: &str| context.var(lower).or_else(|| context.var(upper));
        let proxy =
            either("https_proxy", "HTTPS_PROXY").or_else(|| either("all_proxy", "ALL_PROXY"));
        if let Some(proxy) = proxy {
            let no_proxy = either("no_proxy", "NO_PROXY").unwrap_or_default();
            connection = connection.with_proxy(&proxy, &no_proxy).map_err(|error| {
                Failed::new("could not use HTTPS_PROXY or ALL_PROXY").because(error)
            })?;
        }
        let rules = self.connect_to.into_iter();
        Ok(rules.fold(connection, StsConnection::with_connect_to))
    }
}

fn with_roots(connection: StsConnection, path: PathBuf) -> Result<StsConnection, Failed> {
    let unusable = || {
        Failed::new(format!(
            "could not use the certificates in `{}`",
            path.display()
        ))
    };
    let pem = fs::read(&path).map_err(|error| unusable().because(error))?;
    connection
        .with_roots(&pem)
        .map_err(|error| unusable().because(error))
}
