//! What everyone may ask: the version, and whether the server is well.

use std::env::consts;

use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Objects;
use super::failure::Failure;
use super::media_type::accept_plain;

/// Clients read a Kubernetes version in it, people see that this is no real one.
pub(super) const GIT_VERSION: &str = "v1.34.0-eksauth-sandbox";

pub(super) fn routes() -> Router<Objects> {
    Router::new()
        .route("/version", get(version))
        .route("/healthz", get(well))
        .route("/livez", get(well))
        .route("/readyz", get(well))
}

/// Text, as axum sends a string.
async fn well() -> &'static str {
    "ok"
}

async fn version(headers: HeaderMap) -> Result<Json<Value>, Failure> {
    accept_plain(&headers)?;
    Ok(Json(json!({
        "major": "1",
        "minor": "34",
        "gitVersion": GIT_VERSION,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "2025-08-27T00:00:00Z",
        "goVersion": "",
        "compiler": "rustc",
        "platform": format!("{}/{}", consts::OS, consts::ARCH),
    })))
}
