//! Who comes in.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use tokio::sync::Barrier;

/// What it says to whom it does not let in.
pub(crate) const REFUSAL: &str = "the door is shut";

/// Lets tokens in, unless it was told not to, and remembers them all.
#[derive(Default)]
pub(crate) struct Door(Mutex<State>);

#[derive(Default)]
struct State {
    /// In the order in which they first came.
    tokens: Vec<String>,
    /// So many of them are let in no more.
    outlived: usize,
    is_shut: bool,
    knocks: Vec<Knock>,
    crowd: Option<Arc<Barrier>>,
}

/// A request at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Knock {
    pub(crate) path: String,
    /// Which of the tokens, in the order in which they first came.
    pub(crate) token: usize,
    pub(crate) is_let_in: bool,
}

impl Door {
    /// Refuses all tokens that have come so far.
    pub(crate) fn outlive_tokens(&self) {
        let mut state = self.0.lock().unwrap();
        state.outlived = state.tokens.len();
    }

    /// Refuses everybody.
    pub(crate) fn shut(&self) {
        self.0.lock().unwrap().is_shut = true;
    }

    /// Refuses nobody that it does not know.
    pub(crate) fn open(&self) {
        self.0.lock().unwrap().is_shut = false;
    }

    /// Answers those whom it refuses when so many of them are there.
    pub(crate) fn refuse_in_crowds_of(&self, many: usize) {
        self.0.lock().unwrap().crowd = Some(Arc::new(Barrier::new(many)));
    }

    /// Those who knocked since it was asked last.
    pub(crate) fn knocks(&self) -> Vec<Knock> {
        std::mem::take(&mut self.0.lock().unwrap().knocks)
    }

    /// All tokens that have come.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.0.lock().unwrap().tokens.clone()
    }

    /// Lets a request in, or says why not.
    pub(super) fn admit(
        &self,
        request: &Request,
    ) -> impl Future<Output = Result<(), Response>> + use<> {
        let (is_let_in, crowd) = self.0.lock().unwrap().knock(request);
        async move {
            if is_let_in {
                return Ok(());
            }
            if let Some(crowd) = crowd {
                crowd.wait().await;
            }
            Err(refusal())
        }
    }
}

impl State {
    fn knock(&mut self, request: &Request) -> (bool, Option<Arc<Barrier>>) {
        let header = request.headers()[AUTHORIZATION].to_str().unwrap();
        let token = header.strip_prefix("Bearer ").unwrap();
        let token = self.number_of(token);
        let is_let_in = !self.is_shut && token >= self.outlived;
        self.knocks.push(Knock {
            path: request.uri().path().to_owned(),
            token,
            is_let_in,
        });
        (is_let_in, self.crowd.clone())
    }

    fn number_of(&mut self, token: &str) -> usize {
        let known = self.tokens.iter().position(|it| it == token);
        known.unwrap_or_else(|| {
            self.tokens.push(token.to_owned());
            self.tokens.len() - 1
        })
    }
}

fn refusal() -> Response {
    let status = json!({
        "apiVersion": "v1",
        "kind": "Status",
        "metadata": {},
        "status": "Failure",
        "message": REFUSAL,
        "reason": "Unauthorized",
        "code": 401,
    });
    (StatusCode::UNAUTHORIZED, Json(status)).into_response()
}
