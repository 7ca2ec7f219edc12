//! Both programs with the same file, and the same questions for both.

use std::path::Path;
use std::process::Command;

use eksauth_sandbox::{Fault, Sandbox};
use eksauth_testing::{AuthenticatorProcess, AuthenticatorSetup, Reply};
use tokio::task::block_in_place;

use crate::difference::Differences;
use crate::metrics;
use crate::question::Question;

pub(crate) const EKSAUTH: &str = env!("CARGO_BIN_EXE_eksauth");

/// A configuration, and what is asked of it.
pub(crate) struct Setup<'a> {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static [&'static str],
    /// The lines of `server` in the configuration file.
    pub(crate) section: String,
    pub(crate) questions: Vec<Question<'a>>,
}

impl Setup<'_> {
    pub(crate) fn ask_both(
        self,
        incumbent: &Path,
        sandbox: &Sandbox,
        differences: &mut Differences,
    ) {
        let ca = sandbox.folder().join("compare-ca.pem");
        std::fs::write(&ca, sandbox.ca_pem()).unwrap();
        let setup = AuthenticatorSetup {
            arguments: self.arguments.iter().map(ToString::to_string).collect(),
            section: self.section,
            ..AuthenticatorSetup::default()
        }
        .with_aws_behind(sandbox.proxy_url(), &ca, sandbox.region());
        let theirs = start(incumbent, &setup);
        let ours = start(Path::new(EKSAUTH), &setup);
        for question in &self.questions {
            let body = question.body(sandbox);
            let theirs = ask(&theirs, question, &body, sandbox);
            let ours = ask(&ours, question, &body, sandbox);
            differences.of_replies(self.name, question.name, &theirs, &ours);
        }
        let series = |of| metrics::series(&ask(of, &metrics::question(), "", sandbox).body);
        differences.of_metrics(self.name, &series(&theirs), &series(&ours));
    }
}

pub(crate) fn version(incumbent: &Path) -> String {
    let version = Command::new(incumbent).args(["version", "-s"]).output();
    let version = String::from_utf8(version.unwrap().stdout).unwrap();
    version.trim().to_owned()
}

fn start(program: &Path, setup: &AuthenticatorSetup) -> AuthenticatorProcess {
    block_in_place(|| AuthenticatorProcess::start(program, setup))
}

fn ask(
    server: &AuthenticatorProcess,
    question: &Question<'_>,
    body: &str,
    sandbox: &Sandbox,
) -> Reply {
    if let Some(fault) = &question.fault {
        sandbox.faults().apply(fault.clone());
    }
    let send = || server.send(question.method(), question.path(), body.as_bytes());
    let reply = block_in_place(send);
    sandbox.faults().apply(Fault::Clear);
    reply
}
