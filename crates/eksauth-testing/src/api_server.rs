//! A Kubernetes API server just large enough to see what a client sends.

mod answers;

use std::sync::{Arc, Mutex};

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::server::{Answer, SentRequest, Server, locked};

/// What a client sent, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The value of the `Authorization` header, if there was one.
    pub authorization: Option<String>,
    /// The status of the answer.
    pub status: u16,
}

/// An API server of our own: HTTPS on a free loopback port, with a throw-away CA.
///
/// It records each request, and answers `/version`, `/healthz`, `/livez`, `/readyz` and
/// `kubectl auth whoami` (any bearer token is the user `recorded`); everything else is a 404
/// `Status`. It stops when dropped.
pub struct ApiServer {
    server: Server,
    ca_pem: String,
    record: Arc<Record>,
}

#[derive(Default)]
struct Record {
    requests: Mutex<Vec<RecordedRequest>>,
    /// Starts of paths, one for each request still to be rejected.
    rejections: Mutex<Vec<String>>,
}

impl ApiServer {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When loopback cannot be listened on.
    #[must_use]
    pub fn start() -> Self {
        let record = Arc::new(Record::default());
        let (server, ca_pem) = Server::https({
            let record = Arc::clone(&record);
            move |request| record.answer(request)
        });
        Self {
            server,
            ca_pem,
            record,
        }
    }

    /// `https://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.server.address())
    }

    /// The certificate of the CA to trust, in PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        locked(&self.record.requests).clone()
    }

    /// Answers the next request whose path starts with `path` with 401, as a server does that knows
    /// the token no longer; `/` is the very next. Two calls reject the next two.
    ///
    /// Name the path when kubectl is the client: some ask `/version` before anything else.
    pub fn reject_next(&self, path: &str) {
        locked(&self.record.rejections).push(path.to_owned());
    }

    /// A kubeconfig whose only cluster, `recorded`, is this server, for the given user stanza, such
    /// as `{"token": "…"}` or `{"exec": {…}}`. It is JSON, which is YAML too.
    #[must_use]
    pub fn kubeconfig(&self, user: Value) -> String {
        self.kubeconfig_of(user, json!([]))
    }

    /// As [`kubeconfig`](Self::kubeconfig), with `config` as what the cluster tells an exec plugin
    /// that asks with `provideClusterInfo`: `spec.cluster.config` in `KUBERNETES_EXEC_INFO`.
    #[must_use]
    pub fn kubeconfig_with_exec_config(&self, user: Value, config: Value) -> String {
        let name = "client.authentication.k8s.io/exec";
        self.kubeconfig_of(user, json!([{ "name": name, "extension": config }]))
    }

    fn kubeconfig_of(&self, user: Value, extensions: Value) -> String {
        let cluster = json!({
            "server": self.url(),
            "certificate-authority-data": BASE64.encode(self.ca_pem.as_bytes()),
            "extensions": extensions,
        });
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{ "name": "recorded", "cluster": cluster }],
            "users": [{ "name": "recorded", "user": user }],
            "contexts": [{
                "name": "recorded",
                "context": { "cluster": "recorded", "user": "recorded" },
            }],
            "current-context": "recorded",
        });
        format!("{config:#}\n")
    }
}

impl Record {
    /// Recorded before it is sent: who has the answer can already see the request.
    fn answer(&self, request: &SentRequest) -> Answer {
        let answer = if self.is_rejected(&request.path) {
            answers::unauthorized()
        } else {
            answers::to(request)
        };
        locked(&self.requests).push(RecordedRequest {
            method: request.method.clone(),
            path: request.path.clone(),
            authorization: request.header("authorization").map(str::to_owned),
            status: answer.status(),
        });
        answer
    }

    fn is_rejected(&self, path: &str) -> bool {
        let mut rejections = locked(&self.rejections);
        let due = rejections.iter().position(|start| path.starts_with(start));
        due.map(|index| rejections.swap_remove(index)).is_some()
    }
}
