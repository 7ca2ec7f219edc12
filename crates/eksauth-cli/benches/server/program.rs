//! The programs under load, each a process of its own.

use std::path::{Path, PathBuf};

use eksauth_sandbox::Sandbox;
use eksauth_testing::{AuthenticatorProcess, AuthenticatorSetup, aws_iam_authenticator};
use tokio::task::block_in_place;

use crate::mappings::Mappings;

/// A program that is an authenticator.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    path: PathBuf,
}

impl Program {
    /// Ours, or another build of it, and the peer if it is there.
    pub(crate) fn all(ours: Option<PathBuf>) -> Vec<Self> {
        let mut programs = vec![Self {
            name: "eksauth",
            path: ours.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_eksauth"))),
        }];
        match aws_iam_authenticator() {
            Some(path) => programs.push(Self {
                name: "aws-iam-authenticator",
                path,
            }),
            None => println!("aws-iam-authenticator is not on PATH: measured without it"),
        }
        programs
    }

    pub(crate) fn start(&self, sandbox: &Sandbox, mappings: Mappings) -> AuthenticatorProcess {
        let ca = sandbox.folder().join("benchmark-ca.pem");
        std::fs::write(&ca, sandbox.ca_pem()).unwrap();
        let setup = AuthenticatorSetup {
            arguments: Vec::new(),
            environment: environment(sandbox, &ca),
            section: mappings.section(),
        };
        block_in_place(|| AuthenticatorProcess::start(&self.path, &setup))
    }
}

/// STS and its hosts are the sandbox's.
fn environment(sandbox: &Sandbox, ca: &Path) -> Vec<(String, String)> {
    let variables = [
        ("HTTPS_PROXY", sandbox.proxy_url()),
        ("SSL_CERT_FILE", ca.display().to_string()),
        ("AWS_REGION", sandbox.region().to_owned()),
    ];
    variables
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}
