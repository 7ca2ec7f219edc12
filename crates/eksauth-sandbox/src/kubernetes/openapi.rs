//! OpenAPI documents that describe nothing: clients that validate or explain find no schema, and
//! say so, where a 404 would make them give up.

use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Objects;
use super::failure::Failure;
use super::media_type::accept_plain;
use super::public_info::GIT_VERSION;

pub(super) fn routes() -> Router<Objects> {
    Router::new()
        .route("/openapi/v2", get(v2))
        .route("/openapi/v3", get(v3))
}

async fn v2(headers: HeaderMap) -> Result<Json<Value>, Failure> {
    // kubectl asks for protobuf only, and takes 406 for an answer.
    accept_plain(&headers)?;
    Ok(Json(json!({
        "swagger": "2.0",
        "info": { "title": "Kubernetes", "version": GIT_VERSION },
        "paths": {},
    })))
}

async fn v3(headers: HeaderMap) -> Result<Json<Value>, Failure> {
    accept_plain(&headers)?;
    Ok(Json(json!({ "paths": {} })))
}
