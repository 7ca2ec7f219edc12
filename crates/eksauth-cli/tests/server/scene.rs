//! A folder with the files of a server, and the environment that it is started with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use eksauth_testing::TestHome;

use crate::process::Server;

pub(crate) const EKSAUTH: &str = env!("CARGO_BIN_EXE_eksauth");

/// A configuration that needs nothing of the machine: ports that the system chooses, files in the
/// folder. Lists of mappings may follow.
pub(crate) const CONFIG: &str = "\
clusterID: demo
server:
  port: 0
  healthPort: 0
  stateDir: state
  generateKubeconfig: webhook.yaml
";

/// A home that is also the current folder, so that paths in messages are those of the test.
pub(crate) struct Scene {
    home: TestHome,
    variables: Vec<(String, String)>,
}

/// How a run has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Scene {
    /// With a folder for the certificate.
    pub(crate) fn new() -> Self {
        let home = TestHome::new();
        std::fs::create_dir(home.path().join("state")).unwrap();
        Self {
            home,
            variables: Vec::new(),
        }
    }

    /// And a configuration: [`CONFIG`], and these lines below `server:`.
    pub(crate) fn with_config(lines: &str) -> Self {
        let scene = Self::new();
        scene.write("config.yaml", &format!("{CONFIG}{lines}"));
        scene
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        self.home.write(name, text)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = self.home.command(EKSAUTH);
        command
            .args(arguments.split_whitespace())
            .current_dir(self.home.path())
            .envs(self.variables.clone())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command that ends by itself. Its arguments hold no blanks.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts the server with `config.yaml`, and waits until it listens.
    #[track_caller]
    pub(crate) fn start(&self, more: &str) -> Server {
        Server::start(
            &mut self.command(&format!("server -c config.yaml {more}")),
            self.folder(),
        )
    }
}

impl Ran {
    /// What is on stderr of a run that has failed, with nothing on stdout.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(1), ""),
            "{self:#?}"
        );
        self.stderr
    }
}
