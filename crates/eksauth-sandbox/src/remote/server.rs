//! The sandbox's side.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::Controls;

/// `GET /state`, and `POST /faults` with a fault in words; both answer with the state.
pub(crate) fn router(controls: Controls) -> Router {
    Router::new()
        .route("/state", get(state))
        .route("/faults", post(apply))
        .layer(middleware::from_fn_with_state(controls.clone(), authorize))
        .with_state(controls)
}

async fn state(State(controls): State<Controls>) -> Json<Value> {
    Json(controls.state())
}

async fn apply(
    State(controls): State<Controls>,
    fault: String,
) -> Result<Json<Value>, (StatusCode, String)> {
    match fault.parse() {
        Ok(fault) => Ok(Json(controls.apply(fault))),
        Err(error) => Err((StatusCode::BAD_REQUEST, format!("{error}"))),
    }
}

async fn authorize(
    State(controls): State<Controls>,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let expected = format!("Bearer {}", controls.password.as_str());
    let given = request.headers().get(header::AUTHORIZATION);
    let given = given.map(|it| it.as_bytes()).unwrap_or_default();
    match bool::from(given.ct_eq(expected.as_bytes())) {
        true => Ok(next.run(request).await),
        false => Err(StatusCode::UNAUTHORIZED),
    }
}
