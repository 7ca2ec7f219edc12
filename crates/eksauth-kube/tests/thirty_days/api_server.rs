//! An API server without a socket.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use eksauth_kube::kube::client::Body;
use futures_util::future::{Ready, ready};
use futures_util::{Stream, StreamExt as _, stream};
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use http_body_util::StreamBody;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tower::Service;

use crate::aws::Aws;

type Answer = UnsyncBoxBody<Bytes, Infallible>;

/// How long a watch lasts at the longest, and how often it shows a sign of life.
const LONGEST_WATCH: Duration = Duration::from_secs(5 * 60);
const BOOKMARK: Duration = Duration::from_secs(60);

/// Namespaces and pods, for those who have a token that AWS honours.
#[derive(Clone)]
pub(crate) struct ApiServer {
    shared: Arc<Shared>,
}

struct Shared {
    aws: Aws,
    /// How many pods there are. They are never deleted, so that is the resource version, too.
    pods: watch::Sender<u64>,
    /// Cuts all watches when it changes.
    cuts: watch::Sender<u64>,
    refuses_next: AtomicBool,
    refusals: AtomicU64,
    watches: AtomicU64,
}

impl ApiServer {
    pub(crate) fn new(aws: &Aws) -> Self {
        let shared = Shared {
            aws: aws.clone(),
            pods: watch::Sender::new(0),
            cuts: watch::Sender::new(0),
            refuses_next: AtomicBool::new(false),
            refusals: AtomicU64::new(0),
            watches: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Something to watch.
    pub(crate) fn starts_a_pod(&self) {
        self.shared.pods.send_modify(|it| *it += 1);
    }

    pub(crate) fn pods(&self) -> u64 {
        *self.shared.pods.borrow()
    }

    pub(crate) fn cuts_watches(&self) {
        self.shared.cuts.send_modify(|it| *it += 1);
    }

    /// Refuses the next request, whatever its token.
    pub(crate) fn refuses_next(&self) {
        self.shared.refuses_next.store(true, Ordering::SeqCst);
    }

    pub(crate) fn refusals(&self) -> u64 {
        self.shared.refusals.load(Ordering::SeqCst)
    }

    pub(crate) fn watches(&self) -> u64 {
        self.shared.watches.load(Ordering::SeqCst)
    }

    fn answer(&self, request: &Request<Body>) -> Response<Answer> {
        if !self.knows(request) {
            self.shared.refusals.fetch_add(1, Ordering::SeqCst);
            let status = json!({
                "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                "message": "Unauthorized", "reason": "Unauthorized", "code": 401,
            });
            return json_answer(StatusCode::UNAUTHORIZED, &status);
        }
        let query = request.uri().query().unwrap_or_default();
        if !query.contains("watch=true") {
            return json_answer(StatusCode::OK, &self.list(request.uri().path()));
        }
        self.shared.watches.fetch_add(1, Ordering::SeqCst);
        let seen = parameter(query, "resourceVersion").and_then(|it| it.parse().ok());
        let events = self.events(seen.unwrap_or_default());
        let frames = events.map(|line| Ok(http_body::Frame::data(Bytes::from(line))));
        Response::new(StreamBody::new(frames).boxed_unsync())
    }

    fn knows(&self, request: &Request<Body>) -> bool {
        if self.shared.refuses_next.swap(false, Ordering::SeqCst) {
            return false;
        }
        let header = request.headers().get(AUTHORIZATION);
        let token = header.and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
        token.is_some_and(|token| self.shared.aws.honours(token))
    }

    fn list(&self, path: &str) -> Value {
        let pods = self.pods();
        let (kind, items) = match path {
            "/api/v1/pods" => ("PodList", (1..=pods).map(pod).collect()),
            _ => ("NamespaceList", Vec::new()),
        };
        json!({
            "kind": kind, "apiVersion": "v1", "items": items,
            "metadata": { "resourceVersion": pods.to_string() },
        })
    }

    /// The lines of a watch: pods that started since, and bookmarks.
    fn events(&self, seen: u64) -> impl Stream<Item = String> + use<> {
        let (sender, receiver) = unbounded_channel();
        let watching = Watching {
            pods: self.shared.pods.subscribe(),
            cuts: self.shared.cuts.subscribe(),
            seen,
            sender,
        };
        // It ends with the server's time-out, or with whoever reads it.
        tokio::spawn(watching.until_the_end());
        stream::unfold(receiver, async |mut receiver| {
            Some((receiver.recv().await?, receiver))
        })
    }
}

struct Watching {
    pods: watch::Receiver<u64>,
    cuts: watch::Receiver<u64>,
    seen: u64,
    sender: UnboundedSender<String>,
}

impl Watching {
    async fn until_the_end(mut self) {
        let end = Instant::now() + LONGEST_WATCH;
        loop {
            let pods = *self.pods.borrow_and_update();
            for number in self.seen + 1..=pods {
                self.tell("ADDED", pod(number));
            }
            self.seen = self.seen.max(pods);
            let next = (Instant::now() + BOOKMARK).min(end);
            tokio::select! {
                changed = self.pods.changed() => if changed.is_err() { return },
                _ = self.cuts.changed() => return,
                () = sleep_until(next) => self.tell("BOOKMARK", json!({
                    "kind": "Pod", "apiVersion": "v1",
                    "metadata": { "resourceVersion": self.seen.to_string() },
                })),
            }
            if Instant::now() >= end || self.sender.is_closed() {
                return;
            }
        }
    }

    fn tell(&self, kind: &str, object: Value) {
        let line = format!("{}\n", json!({ "type": kind, "object": object }));
        // Whoever does not read any more is noticed in the loop.
        let _ = self.sender.send(line);
    }
}

fn pod(number: u64) -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {
            "name": format!("pod-{number}"), "namespace": "default",
            "uid": number.to_string(), "resourceVersion": number.to_string(),
        },
    })
}

fn json_answer(status: StatusCode, value: &Value) -> Response<Answer> {
    let mut answer = Response::new(Full::new(Bytes::from(value.to_string())).boxed_unsync());
    *answer.status_mut() = status;
    answer
}

fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    let mut pairs = query.split('&').filter_map(|it| it.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

impl Service<Request<Body>> for ApiServer {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        ready(Ok(self.answer(&request)))
    }
}
