//! An API with a few users, asked in process.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::header::{ACCEPT, AUTHORIZATION};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use eksauth_server::UserInfo;
use eksauth_testing::ManualTime;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tower_service::Service as _;

use super::super::{Authenticate, Objects, router};

pub(super) const ADMIN: &str = "token-of-admin";
pub(super) const DEVELOPER: &str = "token-of-developer";
pub(super) const VIEWER: &str = "token-of-viewer";
pub(super) const NOBODY: &str = "token-of-nobody";
pub(super) const UNKNOWN: &str = "token-of-a-stranger";

pub(super) const AS_TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";

/// 2026-01-01T00:00:00Z
const START: u64 = 1_767_225_600;

/// Knows four tokens.
struct Users;

impl Authenticate for Users {
    async fn authenticate(&self, token: String) -> Option<UserInfo> {
        let (name, groups) = match token.as_str() {
            ADMIN => ("admin", vec!["system:masters"]),
            DEVELOPER => ("dev", vec!["sandbox:developers"]),
            VIEWER => ("viewer", vec!["sandbox:viewers"]),
            NOBODY => ("<nobody>", vec![]),
            _ => return None,
        };
        Some(UserInfo {
            username: name.to_owned(),
            uid: format!("uid-of-{name}"),
            groups: groups.into_iter().map(str::to_owned).collect(),
            extra: [("arn", vec!["arn:aws:iam::111122223333:user/x".to_owned()])].into(),
        })
    }
}

pub(super) struct Scene {
    pub(super) objects: Objects,
    pub(super) time: ManualTime,
    router: Router,
    statuses: Arc<Mutex<Vec<u16>>>,
}

impl Scene {
    pub(super) fn new() -> Self {
        let time = ManualTime::at_unix(START);
        let objects = Objects::new(time.shared());
        let statuses = Arc::new(Mutex::new(Vec::new()));
        let observer = {
            let statuses = Arc::clone(&statuses);
            move |status| statuses.lock().unwrap().push(status)
        };
        Self {
            router: router(Users, objects.clone(), observer),
            objects,
            time,
            statuses,
        }
    }

    pub(super) fn router(&self) -> Router {
        self.router.clone()
    }

    /// What the observer was told, oldest first.
    pub(super) fn statuses(&self) -> Vec<u16> {
        self.statuses.lock().unwrap().clone()
    }

    pub(super) async fn get(&self, token: &str, path: &str) -> Answer {
        self.answer(request(Method::GET, token, path)).await
    }

    pub(super) async fn get_as(&self, accept: &str, path: &str) -> Answer {
        let mut request = request(Method::GET, ADMIN, path);
        let accept = accept.parse().unwrap();
        request.headers_mut().insert(ACCEPT, accept);
        self.answer(request).await
    }

    pub(super) async fn post(&self, token: &str, path: &str, body: impl ToString) -> Answer {
        let mut request = request(Method::POST, token, path);
        *request.body_mut() = Body::from(body.to_string());
        self.answer(request).await
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.respond(request).await;
        let (parts, body) = response.into_parts();
        let text = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(text).unwrap(),
        }
    }

    /// Opens a watch, as the administrator.
    pub(super) async fn watch(&self, path: &str) -> Events {
        self.watch_as("application/json", path).await
    }

    pub(super) async fn watch_as(&self, accept: &str, path: &str) -> Events {
        let mut request = request(Method::GET, ADMIN, path);
        let accept = accept.parse().unwrap();
        request.headers_mut().insert(ACCEPT, accept);
        let response = self.respond(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "application/json");
        Events(response.into_body().into_data_stream())
    }

    /// Waits until so many watches are open.
    pub(super) async fn wait_for_open_watches(&self, count: usize) {
        let mut open = self.objects.open_watches();
        let reached = open.wait_for(|it| *it == count);
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        reached.expect("the number of open watches").unwrap();
    }

    async fn respond(&self, request: Request<Body>) -> axum::response::Response {
        let mut router = self.router();
        std::future::poll_fn(|context| {
            let ready: std::task::Poll<Result<(), Infallible>> =
                tower_service::Service::<Request<Body>>::poll_ready(&mut router, context);
            ready
        })
        .await
        .unwrap();
        router.call(request).await.unwrap()
    }
}

/// How long a failing test takes to fail.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn request(method: Method, token: &str, path: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap()
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json");
        serde_json::from_str(&self.text).unwrap()
    }

    /// The object of a successful answer.
    #[track_caller]
    pub(super) fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.json()
    }

    /// The names of a list.
    #[track_caller]
    pub(super) fn names(&self) -> Vec<String> {
        let list = self.ok();
        let items = list["items"].as_array().unwrap().iter();
        let name = |it: &Value| it["metadata"]["name"].as_str().unwrap().to_owned();
        items.map(name).collect()
    }

    /// That the request failed, with exactly this in the `Status`.
    #[track_caller]
    pub(super) fn assert_failed(&self, code: u16, reason: &str, message: &str) {
        let status = self.json();
        assert_eq!(self.status, code, "{status}");
        for (field, expected) in [
            ("kind", json!("Status")),
            ("apiVersion", json!("v1")),
            ("metadata", json!({})),
            ("status", json!("Failure")),
            ("code", json!(code)),
            ("reason", json!(reason)),
            ("message", json!(message)),
        ] {
            assert_eq!(status[field], expected, "{status}");
        }
    }
}

/// The events of a watch.
pub(super) struct Events(BodyDataStream);

impl Events {
    /// The next one, or `None` when the watch has ended.
    pub(super) async fn next(&mut self) -> Option<Value> {
        let line = self.0.next().await?.unwrap();
        assert_eq!(line.iter().filter(|it| **it == b'\n').count(), 1);
        assert!(line.ends_with(b"\n"));
        Some(serde_json::from_slice(&line).unwrap())
    }

    /// The next one's type and the name of its object.
    pub(super) async fn next_name(&mut self) -> (String, String) {
        let event = self.next().await.expect("an event");
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        (
            text(&event["type"]),
            text(&event["object"]["metadata"]["name"]),
        )
    }
}
