//! An API server whose answers are written in the test, one by one.

use std::io;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tower::service_fn;

type Answer = Response<UnsyncBoxBody<Bytes, io::Error>>;

/// The server's end: what it is asked, in order.
pub(crate) struct ApiServer(mpsc::UnboundedReceiver<Asked>);

/// A request that waits for its answer. One that is dropped breaks the connection.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) body: Value,
    answer: oneshot::Sender<Answer>,
}

/// A watch that is open. One that is dropped ends as a server ends it.
pub(crate) struct Watch(mpsc::UnboundedSender<io::Result<Bytes>>);

pub(crate) fn api_server() -> (Client, ApiServer) {
    let (ask, asked) = mpsc::unbounded_channel();
    let service = service_fn(move |request: Request<Body>| {
        let ask = ask.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect_bytes().await.unwrap();
            let (answer, answered) = oneshot::channel();
            let asked = Asked {
                method: parts.method.to_string(),
                uri: parts.uri.to_string(),
                body: serde_json::from_slice(&body).unwrap_or(Value::Null),
                answer,
            };
            ask.send(asked).map_err(|_| io::Error::other("gone"))?;
            answered
                .await
                .map_err(|_| io::Error::other("connection reset"))
        }
    });
    (Client::new(service, "default"), ApiServer(asked))
}

impl ApiServer {
    pub(crate) async fn next(&mut self) -> Asked {
        self.0.recv().await.expect("a request")
    }

    pub(crate) async fn list(&mut self) -> Asked {
        let asked = self.next().await;
        assert_eq!(asked.method, "GET");
        assert!(!asked.is_watch(), "expected a list, not {}", asked.uri);
        asked
    }

    pub(crate) async fn watch(&mut self) -> Asked {
        let asked = self.next().await;
        assert!(asked.is_watch(), "expected a watch, not {}", asked.uri);
        asked
    }

    pub(crate) fn was_asked(&mut self) -> bool {
        self.0.try_recv().is_ok()
    }
}

impl Asked {
    pub(crate) fn is_watch(&self) -> bool {
        self.has("watch=true")
    }

    pub(crate) fn has(&self, query: &str) -> bool {
        let (_, all) = self.uri.split_once('?').unwrap_or_default();
        all.split('&').any(|pair| pair == query)
    }

    pub(crate) fn path(&self) -> &str {
        self.uri.split('?').next().unwrap()
    }

    pub(crate) fn json(self, body: &Value) {
        self.text(200, body.to_string());
    }

    /// A list as of a version.
    pub(crate) fn items(self, version: &str, items: &[Value]) {
        self.json(&json!({
            "apiVersion": "v1",
            "kind": "List",
            "metadata": { "resourceVersion": version },
            "items": items,
        }));
    }

    pub(crate) fn refuse(self, code: u16, reason: &str) {
        self.text(code, status(code, reason).to_string());
    }

    pub(crate) fn text(self, code: u16, body: String) {
        let body = Full::new(Bytes::from(body)).map_err(|never| match never {});
        self.send(code, body.boxed_unsync());
    }

    pub(crate) fn open(self) -> Watch {
        let (watch, mut lines) = mpsc::unbounded_channel();
        let frames = stream::poll_fn(move |context| lines.poll_recv(context))
            .map(|line: io::Result<Bytes>| line.map(http_body::Frame::data));
        self.send(200, StreamBody::new(frames).boxed_unsync());
        Watch(watch)
    }

    fn send(self, code: u16, body: UnsyncBoxBody<Bytes, io::Error>) {
        let answer = Response::builder().status(code).body(body).unwrap();
        // Whoever asked may have stopped in the meantime.
        drop(self.answer.send(answer));
    }
}

impl Watch {
    pub(crate) fn event(&self, type_: &str, object: &Value) {
        self.line(&json!({ "type": type_, "object": object }).to_string());
    }

    pub(crate) fn bookmark(&self, version: &str) {
        let object = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": { "resourceVersion": version },
        });
        self.event("BOOKMARK", &object);
    }

    pub(crate) fn line(&self, line: &str) {
        self.0.send(Ok(Bytes::from(format!("{line}\n")))).unwrap();
    }

    pub(crate) fn break_off(self) {
        let cut = io::Error::new(io::ErrorKind::ConnectionReset, "cable pulled");
        self.0.send(Err(cut)).unwrap();
    }

    /// Whether somebody still listens.
    pub(crate) fn is_heard(&self) -> bool {
        !self.0.is_closed()
    }
}

pub(crate) fn status(code: u16, reason: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Status",
        "metadata": {},
        "status": "Failure",
        "message": format!("the server says {reason}"),
        "reason": reason,
        "code": code,
    })
}
