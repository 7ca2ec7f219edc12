//! The programs under load, each a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use eksauth_sandbox::Sandbox;
use tempfile::TempDir;

use crate::config::{self, Mappings};

/// A program that is an authenticator.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    path: PathBuf,
}

impl Program {
    /// Ours, and the peer if it is there.
    pub(crate) fn all() -> Vec<Self> {
        let mut programs = vec![Self {
            name: "eksauth",
            path: PathBuf::from(env!("CARGO_BIN_EXE_eksauth")),
        }];
        match on_path("aws-iam-authenticator") {
            Some(path) => programs.push(Self {
                name: "aws-iam-authenticator",
                path,
            }),
            None => println!("aws-iam-authenticator is not on PATH: measured without it"),
        }
        programs
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|it| it.is_file())
}

/// A program that answers.
pub(crate) struct Running {
    process: Child,
    folder: TempDir,
    port: u16,
}

impl Running {
    pub(crate) async fn start(program: &Program, sandbox: &Sandbox, mappings: Mappings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let config = config::write(folder.path(), port, mappings);
        let ca = folder.path().join("sandbox-ca.pem");
        std::fs::write(&ca, sandbox.ca_pem()).unwrap();
        let process = Command::new(&program.path)
            .args(["server", "-l", "json", "-c"])
            .arg(config)
            .env_clear()
            .env("HOME", folder.path())
            .env("HTTPS_PROXY", sandbox.proxy_url())
            .env("SSL_CERT_FILE", &ca)
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let running = Self {
            process,
            folder,
            port,
        };
        running.wait().await;
        running
    }

    async fn wait(&self) {
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(self.address()).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("expected a server on port {}, but found none", self.port);
    }

    pub(crate) fn address(&self) -> (&'static str, u16) {
        ("127.0.0.1", self.port)
    }

    /// The certificate that it has made for itself.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// Memory in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = PathBuf::from(format!("/proc/{}/status", self.process.id()));
        resident(&status).unwrap_or_default()
    }

    pub(crate) async fn stop(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn resident(status: &Path) -> Option<u64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status.lines().find(|it| it.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
