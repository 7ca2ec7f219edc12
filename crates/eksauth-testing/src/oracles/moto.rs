//! moto, a fake AWS.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use data_encoding::BASE64;
use serde_json::Value;
use tempfile::TempDir;

use super::Oracles;
use crate::environment::tail;
use crate::server::form_fields;

const SERVER: &str = include_str!("../../python/moto_server.py");

/// A moto server on a free loopback port, stopped when dropped.
///
/// It plays STS and EKS among many others, believes every signature, and answers
/// `GetCallerIdentity` as account 123456789012.
#[derive(Debug)]
pub struct MotoServer {
    process: Child,
    url: String,
    folder: TempDir,
}

impl MotoServer {
    /// Returns when the server listens.
    pub(super) fn start(oracles: &Oracles) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory for moto");
        // A file, not a pipe: moto logs each request, and nobody reads along.
        let log = File::create(folder.path().join("log")).expect("a log file for moto");
        let mut process = oracles
            .python(SERVER)
            .env("MOTO_ENABLE_RECORDING", "true")
            .env("MOTO_RECORDER_FILEPATH", folder.path().join("requests"))
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("moto starts");
        let mut port = String::new();
        BufReader::new(process.stdout.take().expect("stdout was asked for"))
            .read_line(&mut port)
            .expect("moto's first line");
        // Now an early return cannot leave a process behind.
        let mut server = Self {
            process,
            url: String::new(),
            folder,
        };
        let port: u16 = port
            .trim()
            .parse()
            .unwrap_or_else(|_| panic!("moto did not tell its port:\n{}", server.log()));
        server.url = format!("http://127.0.0.1:{port}");
        server
    }

    /// `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL` and its kind.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests so far, oldest first, as moto records them: `method`, `url`, `headers`, and
    /// `body`, which is base64 where `body_encoded` says so.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        let path = self.folder.path().join("requests");
        let recorded = std::fs::read_to_string(path).unwrap_or_default();
        recorded
            .lines()
            .map(|line| serde_json::from_str(line).expect("moto records one JSON object a line"))
            .collect()
    }

    /// The parameters of the calls of one action so far, oldest first, as STS takes them.
    #[must_use]
    pub fn calls(&self, action: &str) -> Vec<BTreeMap<String, String>> {
        let bodies = self.requests().into_iter().filter_map(|request| {
            let body = request["body"].as_str()?.to_owned();
            if request["body_encoded"].as_bool() != Some(true) {
                return Some(body);
            }
            let bytes = BASE64.decode(body.as_bytes()).ok()?;
            String::from_utf8(bytes).ok()
        });
        bodies
            .map(|body| form_fields(&body))
            .filter(|fields| fields.get("Action").is_some_and(|it| it == action))
            .collect()
    }

    /// The end of what the server said on its stderr.
    #[must_use]
    pub fn log(&self) -> String {
        tail(&std::fs::read(self.folder.path().join("log")).unwrap_or_default())
    }
}

impl Drop for MotoServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
