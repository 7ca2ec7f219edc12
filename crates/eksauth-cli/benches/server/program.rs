//! The programs under load, each a process of its own.

use std::path::PathBuf;

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

    /// This program, which has a part of that name.
    pub(crate) fn floor() -> Self {
        Self {
            name: "floor",
            path: std::env::current_exe().unwrap(),
        }
    }

    pub(crate) fn start(&self, sandbox: &Sandbox, mappings: Mappings) -> AuthenticatorProcess {
        let ca = sandbox.folder().join("benchmark-ca.pem");
        std::fs::write(&ca, sandbox.ca_pem()).unwrap();
        let setup = AuthenticatorSetup {
            section: mappings.section(),
            ..AuthenticatorSetup::default()
        }
        .with_aws_behind(sandbox.proxy_url(), &ca, sandbox.region());
        block_in_place(|| AuthenticatorProcess::start(&self.path, &setup))
    }
}
