//! An authenticator as a process of its own: ours, or the one it takes the place of.

mod client;
mod pinned;

use std::fmt::Write as _;
use std::fs::File;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::ClientConfig;

use crate::environment::{find_program, tail};
use crate::{TestHome, free_port};

pub use client::{HttpsConnection, Reply};

/// How often, and for how long altogether, a process is asked whether it listens: a minute.
const PAUSE: Duration = Duration::from_millis(20);
const TRIES: usize = 3_000;

/// Where the log is. Not beside the files that the process watches.
const LOG: &str = "output/log";

/// The incumbent on `PATH`, if it is there.
#[must_use]
pub fn aws_iam_authenticator() -> Option<PathBuf> {
    find_program("aws-iam-authenticator")
}

/// How an authenticator is started.
#[derive(Clone, Debug, Default)]
pub struct AuthenticatorSetup {
    /// Flags and arguments after `server -c FILE`.
    pub arguments: Vec<String>,
    /// Variables, beside a clean environment.
    pub environment: Vec<(String, String)>,
    /// What is in the section `server` of the configuration file, apart from where it listens and where
    /// its files are; two blanks stand before each line.
    pub section: String,
}

impl AuthenticatorSetup {
    /// AWS in this region is what answers behind a proxy, with certificates of the CA in a file.
    #[must_use]
    pub fn with_aws_behind(mut self, proxy_url: String, ca: &Path, region: &str) -> Self {
        let variables = [
            ("HTTPS_PROXY", proxy_url),
            ("SSL_CERT_FILE", ca.display().to_string()),
            ("AWS_REGION", region.to_owned()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        self.environment.extend(variables);
        self
    }
}

/// `PROGRAM server` with a folder and a port of its own. It is killed when dropped.
#[derive(Debug)]
pub struct AuthenticatorProcess {
    process: Child,
    home: TestHome,
    port: u16,
}

impl AuthenticatorProcess {
    /// Starts it for the cluster `demo`, and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it does not start, with the end of what it said.
    #[must_use]
    pub fn start(program: &Path, setup: &AuthenticatorSetup) -> Self {
        let home = TestHome::new();
        let port = free_port();
        let config = home.write("config.yaml", &config(home.path(), port, &setup.section));
        let log = File::create(home.write(LOG, "")).expect("a file for the log");
        let mut command: Command = home.command(program);
        command
            .args(["server", "-c"])
            .arg(config)
            .args(&setup.arguments);
        for (name, value) in &setup.environment {
            command.env(name, value);
        }
        let process = command
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
        let mut started = Self {
            process,
            home,
            port,
        };
        started.wait_until("listen", || TcpStream::connect(started_at(port)).is_ok());
        // Who has no readiness is ready.
        let (address, tls) = (started.address(), started.client_config());
        started.wait_until("get ready", || {
            let connection = HttpsConnection::open(address, Arc::clone(&tls));
            connection.send("GET", "/readyz", b"").status != 503
        });
        started
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        started_at(self.port)
    }

    /// Its folder, where its files are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// The certificate that it has made for itself.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.folder().join("cert.pem")
    }

    /// TLS for a client of it, by its certificate.
    ///
    /// # Panics
    ///
    /// When the certificate cannot be read.
    #[must_use]
    pub fn client_config(&self) -> Arc<ClientConfig> {
        pinned::trusting(&self.certificate())
    }

    /// What it has logged, as soon as these words are there: lines are written a moment after they were
    /// logged.
    ///
    /// # Panics
    ///
    /// When they do not come, with what is there.
    #[must_use]
    pub fn log_with(&self, words: &str) -> String {
        for _ in 0..TRIES {
            let log = self.log();
            if log.contains(words) {
                return log;
            }
            thread::sleep(PAUSE);
        }
        panic!("expected `{words}` in the log, but found:\n{}", self.log());
    }

    /// What it has logged.
    ///
    /// # Panics
    ///
    /// When the log is gone.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join(LOG)).expect("the log of the process")
    }

    /// Memory that it has at the moment, in KiB; `None` where the operating system does not tell.
    #[must_use]
    pub fn resident_kib(&self) -> Option<u64> {
        self.status_kib("VmRSS:")
    }

    /// The part of it that no file has, in KiB: what it would need a second time if it were started again.
    #[must_use]
    pub fn private_kib(&self) -> Option<u64> {
        self.status_kib("RssAnon:")
    }

    /// The most memory that it has had, in KiB.
    #[must_use]
    pub fn peak_kib(&self) -> Option<u64> {
        self.status_kib("VmHWM:")
    }

    fn status_kib(&self, name: &str) -> Option<u64> {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).ok()?;
        let line = status.lines().find(|it| it.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Sends a request over a connection of its own, and returns what comes back.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    #[must_use]
    pub fn send(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        HttpsConnection::open(self.address(), self.client_config()).send(method, path, body)
    }

    fn wait_until(&mut self, what: &str, done: impl Fn() -> bool) {
        for _ in 0..TRIES {
            if done() {
                return;
            }
            let ended = self.process.try_wait().expect("the state of the process");
            assert!(ended.is_none(), "it ended: {}", self.last_words());
            thread::sleep(PAUSE);
        }
        panic!("it does not {what}: {}", self.last_words());
    }

    fn last_words(&self) -> String {
        tail(self.log().as_bytes())
    }
}

impl Drop for AuthenticatorProcess {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn started_at(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn config(folder: &Path, port: u16, section: &str) -> String {
    let folder = folder.display();
    let mut text = String::from("clusterID: demo\nserver:\n");
    for (key, value) in [
        ("address", "127.0.0.1".to_owned()),
        ("port", port.to_string()),
        ("stateDir", folder.to_string()),
        ("generateKubeconfig", format!("{folder}/kubeconfig.yaml")),
    ] {
        writeln!(text, "  {key}: {value}").expect("text takes what is written");
    }
    text + section
}
