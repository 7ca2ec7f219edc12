//! Errors in the shape of Kubernetes, and in its words.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::api::Resource;
use super::attributes::{Attributes, PathAttributes, ResourceAttributes};

/// A request that failed: what a `Status` object says.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    code: StatusCode,
    reason: &'static str,
    message: String,
    details: Option<Value>,
}

impl Failure {
    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized")
    }

    pub(super) fn forbidden(user: &str, attributes: &Attributes) -> Self {
        let (start, denial, details) = match attributes {
            Attributes::Resource(it) => (
                format!("{} is ", named(it)),
                cannot(user, it),
                without_empty([
                    ("name", &it.name),
                    ("group", &it.group),
                    ("kind", &it.resource),
                ]),
            ),
            Attributes::Path(PathAttributes { verb, path }) => (
                String::new(),
                format!("User {user:?} cannot {verb} path {path:?}"),
                json!({}),
            ),
        };
        let message = format!("{start}forbidden: {}", escaped(&denial));
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message).with(details)
    }

    /// Nobody may act as somebody else.
    pub(super) fn no_impersonation() -> Self {
        let message = "forbidden: the embedded API of the sandbox does not know impersonation";
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message)
    }

    /// Nothing is served here.
    pub(super) fn not_found() -> Self {
        let message = "the server could not find the requested resource";
        Self::new(StatusCode::NOT_FOUND, "NotFound", message).with(json!({}))
    }

    /// There is no object of that name.
    pub(super) fn no_such_object(resource: &Resource, name: &str) -> Self {
        let message = format!("{} {name:?} not found", resource.name);
        let details = json!({ "name": name, "kind": resource.name });
        Self::new(StatusCode::NOT_FOUND, "NotFound", message).with(details)
    }

    pub(super) fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        let code = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(code, "MethodNotAllowed", message).with(json!({}))
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// What was sent is well-formed, and makes no sense: `problem` starts with the field.
    pub(super) fn invalid(kind: &str, group: &str, problem: &str) -> Self {
        let message = format!("{kind}.{group} \"\" is invalid: {problem}");
        let details = json!({ "group": group, "kind": kind });
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", message).with(details)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("Request entity too large: limit is {limit}");
        let code = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(code, "RequestEntityTooLarge", message).with(json!({}))
    }

    pub(super) fn unsupported_media_type() -> Self {
        let message = "the body of the request was in an unknown format - \
                       accepted media types include: application/json, \
                       application/vnd.kubernetes.protobuf";
        let code = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(code, "UnsupportedMediaType", message)
    }

    pub(super) fn not_acceptable() -> Self {
        let message = "only the following media types are accepted: application/json";
        Self::new(StatusCode::NOT_ACCEPTABLE, "NotAcceptable", message)
    }

    /// What happened since `asked` is no longer known.
    pub(super) fn expired(asked: u64, oldest: u64) -> Self {
        let message = format!("too old resource version: {asked} ({oldest})");
        Self::new(StatusCode::GONE, "Expired", message)
    }

    /// `asked` has not happened yet.
    pub(super) fn not_yet(asked: u64, current: u64) -> Self {
        let message = format!("Too large resource version: {asked}, current: {current}");
        let cause = json!({
            "reason": "ResourceVersionTooLarge",
            "message": "Too large resource version",
        });
        let details = json!({ "causes": [cause], "retryAfterSeconds": 1 });
        Self::new(StatusCode::GATEWAY_TIMEOUT, "Timeout", message).with(details)
    }

    /// The `Status` object.
    pub(super) fn status(&self) -> Value {
        let mut status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code.as_u16(),
        });
        if let Some(details) = &self.details {
            status["details"] = details.clone();
        }
        status
    }

    fn new(code: StatusCode, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            details: None,
        }
    }

    fn with(self, details: Value) -> Self {
        let details = Some(details);
        Self { details, ..self }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.code, Json(self.status())).into_response()
    }
}

/// `pods`, or `pods.GROUP "NAME"`
fn named(attributes: &ResourceAttributes) -> String {
    let ResourceAttributes {
        resource,
        group,
        name,
        ..
    } = attributes;
    let dot = if group.is_empty() { "" } else { "." };
    let qualified = format!("{resource}{dot}{group}");
    match name.as_str() {
        "" => qualified,
        name => format!("{qualified} {name:?}"),
    }
}

/// `forbiddenMessage` of `k8s.io/apiserver/pkg/endpoints/handlers/responsewriters`.
fn cannot(user: &str, attributes: &ResourceAttributes) -> String {
    let ResourceAttributes {
        verb,
        group,
        namespace,
        ..
    } = attributes;
    let resource = attributes.resource_and_subresource();
    let scope = match namespace.as_str() {
        "" => "at the cluster scope".to_owned(),
        namespace => format!("in the namespace {namespace:?}"),
    };
    format!("User {user:?} cannot {verb} resource {resource:?} in API group {group:?} {scope}")
}

/// As the real server does, so that no browser takes a name for markup.
fn escaped(message: &str) -> String {
    message
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn without_empty<const N: usize>(fields: [(&str, &String); N]) -> Value {
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect()
}
