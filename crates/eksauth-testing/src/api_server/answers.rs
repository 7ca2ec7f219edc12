//! What the API server says.

use serde_json::{Value, json};

use crate::server::{Answer, SentRequest};

/// The answer to a request.
pub(super) fn to(request: &SentRequest) -> Answer {
    let path = request.path.split('?').next().unwrap_or_default();
    match (request.method.as_str(), path) {
        ("GET", "/version") => Answer::new(200, version().to_string()),
        ("GET", "/healthz" | "/livez" | "/readyz") => Answer::new(200, "ok"),
        ("POST", path) if path.ends_with("/selfsubjectreviews") => who_am_i(request, path),
        _ => not_found(),
    }
}

pub(super) fn unauthorized() -> Answer {
    failure(401, "Unauthorized", "Unauthorized")
}

fn who_am_i(request: &SentRequest, path: &str) -> Answer {
    let bearer = request
        .header("authorization")
        .is_some_and(|value| value.starts_with("Bearer "));
    // `/apis/GROUP/VERSION/selfsubjectreviews`
    let api = path
        .strip_prefix("/apis/")
        .and_then(|rest| rest.rsplit_once('/'));
    let Some((api_version, _)) = api else {
        return not_found();
    };
    if !bearer {
        return unauthorized();
    }
    let review = json!({
        "kind": "SelfSubjectReview",
        "apiVersion": api_version,
        "metadata": { "creationTimestamp": null },
        "status": {
            "userInfo": { "username": "recorded", "groups": ["system:authenticated"] },
        },
    });
    Answer::new(201, review.to_string())
}

fn not_found() -> Answer {
    failure(
        404,
        "NotFound",
        "the server could not find the requested resource",
    )
}

fn version() -> Value {
    json!({
        "major": "1",
        "minor": "32",
        "gitVersion": "v1.32.0",
        "gitCommit": "0000000000000000000000000000000000000000",
        "gitTreeState": "clean",
        "buildDate": "2024-12-11T00:00:00Z",
        "goVersion": "go1.23.3",
        "compiler": "gc",
        "platform": "linux/amd64",
    })
}

fn failure(code: u16, reason: &str, message: &str) -> Answer {
    let status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    });
    Answer::new(code, status.to_string())
}
