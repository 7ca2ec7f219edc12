//! Outside judges: botocore, the AWS CLI and moto, pinned, in a virtual environment.

mod moto;
mod virtual_environment;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::environment::{NO_HOME, clean_command, tail};
use crate::skip;

pub use moto::MotoServer;

/// The scripts the oracles are asked through; each says at its top what it takes and gives.
const SCRIPTS: &[(&str, &str)] = &[
    ("resign.py", include_str!("../python/resign.py")),
    ("get_token.py", include_str!("../python/get_token.py")),
    ("boto_calls.py", include_str!("../python/boto_calls.py")),
    ("http_request.py", include_str!("../python/http_request.py")),
    ("partitions.py", include_str!("../python/partitions.py")),
    ("terminal.py", include_str!("../python/terminal.py")),
];

/// A Python virtual environment with botocore, the AWS CLI and moto.
///
/// It is set up once per machine, which takes about a minute, in `$EKSAUTH_TEST_CACHE`, else
/// `$XDG_CACHE_HOME/eksauth-tests`, else `$HOME/.cache/eksauth-tests`.
#[derive(Debug)]
pub struct Oracles {
    /// Where the environment's programs are.
    bin: PathBuf,
}

impl Oracles {
    /// The oracles; where they cannot be set up, `test` is skipped with the reason.
    #[must_use]
    pub fn or_skip(test: &str) -> Option<&'static Self> {
        static READY: OnceLock<Result<Oracles, String>> = OnceLock::new();
        let set_up = || virtual_environment::ready().map(|bin| Oracles { bin });
        skip::or_skip(test, READY.get_or_init(set_up))
    }

    /// Runs a script of this crate's `python/` folder: `input` on its stdin, JSON from its stdout.
    ///
    /// # Panics
    ///
    /// When there is no such script, or when it fails, with the end of its stderr.
    #[must_use]
    pub fn run(&self, script: &str, input: &Value) -> Value {
        let mut child = self
            .python(source_of(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {script}: {error}"));
        // A script that dies before it has read everything says why on stderr.
        let _ = child
            .stdin
            .take()
            .expect("stdin was asked for")
            .write_all(input.to_string().as_bytes());
        let output = child.wait_with_output().expect("the script is waited for");
        assert!(
            output.status.success(),
            "{script} failed:\n{}",
            tail(&output.stderr)
        );
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{script} did not answer in JSON: {error}"))
    }

    /// Where the real `aws` is, for [`TestHome::command`](crate::TestHome::command).
    #[must_use]
    pub fn aws(&self) -> PathBuf {
        self.bin.join(if cfg!(windows) { "aws.cmd" } else { "aws" })
    }

    /// The real `aws`, with an empty environment but for `PATH`, and no home: enough for
    /// credentials given by environment. For profiles and roles see [`aws`](Self::aws).
    #[must_use]
    pub fn aws_cli(&self) -> Command {
        clean_command(self.aws(), Path::new(NO_HOME))
    }

    /// Starts a moto server, which plays AWS on loopback.
    #[must_use]
    pub fn moto(&self) -> MotoServer {
        MotoServer::start(self)
    }

    /// A Python that runs `source`, with nothing of the user's.
    fn python(&self, source: &str) -> Command {
        let python = self
            .bin
            .join("python")
            .with_extension(std::env::consts::EXE_EXTENSION);
        let mut command = clean_command(python, Path::new(NO_HOME));
        command.args(["-I", "-c", source]);
        command
    }
}

fn source_of(script: &str) -> &'static str {
    SCRIPTS
        .iter()
        .find(|(name, _)| *name == script)
        .unwrap_or_else(|| panic!("no oracle script is called {script}"))
        .1
}
