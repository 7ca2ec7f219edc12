//! A Kubernetes API server just large enough to see what a client sends.

mod answers;
mod http;
mod tls;

use std::io::BufReader;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use data_encoding::BASE64;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use http::Request;

/// So long a client may say nothing.
const IDLE: Duration = Duration::from_secs(30);

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
    address: SocketAddr,
    ca_pem: String,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    requests: Mutex<Vec<RecordedRequest>>,
    connections: Mutex<Vec<TcpStream>>,
    /// Starts of paths, one for each request still to be rejected.
    rejections: Mutex<Vec<String>>,
    stopping: AtomicBool,
}

impl ApiServer {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When loopback cannot be listened on.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let address = listener.local_addr().expect("the address listened on");
        let (ca_pem, tls) = tls::throw_away();
        let shared = Arc::new(Shared::default());
        let acceptor = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &tls, &shared)
        });
        Self {
            address,
            ca_pem,
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// `https://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The certificate of the CA to trust, in PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        locked(&self.shared.requests).clone()
    }

    /// Answers the next request whose path starts with `path` with 401, as a server does that knows
    /// the token no longer; `/` is the very next. Two calls reject the next two.
    ///
    /// Name the path when kubectl is the client: some ask `/version` before anything else.
    pub fn reject_next(&self, path: &str) {
        locked(&self.shared.rejections).push(path.to_owned());
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

impl Drop for ApiServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the acceptor, which then ends its connections.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, tls: &Arc<ServerConfig>, shared: &Arc<Shared>) {
    let mut workers = Vec::new();
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let Ok(handle) = stream.try_clone() else {
            continue;
        };
        locked(&shared.connections).push(handle);
        workers.push(std::thread::spawn({
            let (tls, shared) = (Arc::clone(tls), Arc::clone(shared));
            move || serve(stream, tls, &shared)
        }));
    }
    for connection in locked(&shared.connections).drain(..) {
        let _ = connection.shutdown(Shutdown::Both);
    }
    for worker in workers {
        let _ = worker.join();
    }
}

/// One connection, until the client goes or sends what is not understood.
fn serve(stream: TcpStream, tls: Arc<ServerConfig>, shared: &Shared) {
    let Ok(()) = stream.set_read_timeout(Some(IDLE)) else {
        return;
    };
    let Ok(connection) = ServerConnection::new(tls) else {
        return;
    };
    let mut client = BufReader::new(StreamOwned::new(connection, stream));
    while let Ok(Some(request)) = http::read(&mut client) {
        let (status, body) = shared.answer(&request);
        if http::write(client.get_mut(), status, &body).is_err() {
            return;
        }
    }
}

impl Shared {
    /// Recorded before it is sent: who has the answer can already see the request.
    fn answer(&self, request: &Request) -> (u16, String) {
        let (status, body) = if self.is_rejected(&request.path) {
            answers::unauthorized()
        } else {
            answers::to(request)
        };
        locked(&self.requests).push(RecordedRequest {
            method: request.method.clone(),
            path: request.path.clone(),
            authorization: request.authorization.clone(),
            status,
        });
        (status, body)
    }

    fn is_rejected(&self, path: &str) -> bool {
        let mut rejections = locked(&self.rejections);
        let due = rejections.iter().position(|start| path.starts_with(start));
        due.map(|index| rejections.swap_remove(index)).is_some()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
