//! A server that runs, and its log.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use eksauth_testing::{HttpsConnection, Reply};
use rustix::process::{Pid, Signal, kill_process};

use crate::client;

/// Longer than anything takes, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// So many connections are opened in that time.
const TRIES: usize = 10_000;

/// What is written when it listens; the address follows.
const LISTENS: &str = "listening for TokenReviews on https://";

/// A server that runs. It is killed when dropped.
pub(crate) struct Server {
    process: Child,
    log: Log,
    folder: PathBuf,
    address: SocketAddr,
}

impl Server {
    #[track_caller]
    pub(crate) fn start(command: &mut Command, folder: &Path) -> Self {
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = Log::of(process.stderr.take().unwrap());
        let line = log.wait_for(LISTENS);
        let (_, address) = line.split_once(LISTENS).unwrap();
        let (address, _) = address.split_once('/').unwrap();
        Self {
            process,
            log,
            folder: folder.to_owned(),
            address: address.parse().unwrap(),
        }
    }

    /// The line with these words, as soon as it is there.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        self.log.wait_for(words)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    pub(crate) fn connect(&self) -> HttpsConnection {
        client::connect(self.address, &self.folder.join("state/cert.pem"))
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.connect().send("GET", path, b"")
    }

    /// What it says about a token.
    pub(crate) fn review(&self, token: &str) -> Reply {
        self.connect()
            .send("POST", "/authenticate", review_of(token).as_bytes())
    }

    /// Waits until something has been written into a file.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, path: &Path) {
        // Asking is the pause.
        let written =
            || self.get("/healthz").status == 200 && !std::fs::read(path).unwrap().is_empty();
        assert!((0..TRIES).any(|_| written()), "{} is empty", path.display());
    }

    /// Waits until all mappings are in force.
    #[track_caller]
    pub(crate) fn wait_until_ready(&self) {
        let ready = || self.get("/readyz").status == 200;
        assert!((0..TRIES).any(|_| ready()), "{}", self.get("/readyz").body);
    }

    /// Its exit code and all of its log, once it has ended.
    #[track_caller]
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        // Closed when the process ends.
        let log = self.log.rest();
        (self.process.wait().unwrap().code(), log)
    }

    /// The same, after SIGTERM.
    #[track_caller]
    pub(crate) fn stop(self) -> String {
        self.signal(Signal::TERM);
        let (code, log) = self.ended();
        assert_eq!(code, Some(0), "{log}");
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn review_of(token: &str) -> String {
    format!(
        r#"{{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{{"token":"{token}"}}}}"#
    )
}

/// The lines of a log, as they come.
struct Log {
    lines: Receiver<String>,
    seen: String,
}

impl Log {
    fn of(stderr: impl Read + Send + 'static) -> Self {
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            lines,
            seen: String::new(),
        }
    }

    #[track_caller]
    fn wait_for(&mut self, words: &str) -> String {
        loop {
            match self.next() {
                Ok(line) if line.contains(words) => return line,
                Ok(_) => {}
                Err(_) => panic!("expected {words:?} in:\n{}", self.seen),
            }
        }
    }

    #[track_caller]
    fn rest(&mut self) -> String {
        loop {
            match self.next() {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return std::mem::take(&mut self.seen),
                Err(RecvTimeoutError::Timeout) => panic!("expected an end of:\n{}", self.seen),
            }
        }
    }

    fn next(&mut self) -> Result<String, RecvTimeoutError> {
        let line = self.lines.recv_timeout(PATIENCE)?;
        self.seen.push_str(&line);
        self.seen.push('\n');
        Ok(line)
    }
}
