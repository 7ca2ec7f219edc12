//! Answers: one tree, in XML or JSON.

mod json;
#[cfg(test)]
mod tests;
mod xml;

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use hyper::body::Bytes;
use jiff::Timestamp;

use super::operation::Operation;
use crate::aws::keys::SessionCredentials;
use crate::aws::received::Received;
use crate::aws::refusal::Refusal;

pub(in crate::aws) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// A value of an answer. It can be a secret, so it has no `Debug`.
pub(super) enum Node {
    Text(String),
    Time(Timestamp),
    Branch(Vec<(&'static str, Node)>),
}

impl Node {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn branch<const N: usize>(children: [(&'static str, Self); N]) -> Self {
        Self::Branch(children.into())
    }
}

/// The credentials of an answer.
pub(super) fn credentials(issued: &SessionCredentials) -> Node {
    Node::branch([
        ("AccessKeyId", Node::text(issued.access_key_id())),
        ("SecretAccessKey", Node::text(issued.secret_access_key())),
        ("SessionToken", Node::text(issued.session_token())),
        ("Expiration", Node::Time(issued.expiry())),
    ])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rendering {
    Xml,
    Json,
}

impl Rendering {
    /// What the client asks for.
    pub(super) fn of(request: &Received) -> Self {
        if request.wants_json() {
            Self::Json
        } else {
            Self::Xml
        }
    }

    pub(super) fn success(self, operation: Operation, result: Node, id: &str) -> Response<Bytes> {
        let (response_name, result_name) = operation.envelope();
        let metadata = Node::branch([("RequestId", Node::text(id))]);
        let content = Node::branch([(result_name, result), ("ResponseMetadata", metadata)]);
        let body = match self {
            Self::Xml => xml::document(response_name, &content),
            Self::Json => json::document(&Node::branch([(response_name, content)])),
        };
        self.response(StatusCode::OK, body, id)
    }

    pub(super) fn error(self, refusal: &Refusal, id: &str) -> Response<Bytes> {
        let at_fault = if refusal.status.is_server_error() {
            "Receiver"
        } else {
            "Sender"
        };
        let error = Node::branch([
            ("Type", Node::text(at_fault)),
            ("Code", Node::text(refusal.code)),
            ("Message", Node::text(refusal.message.as_str())),
        ]);
        let content = Node::branch([("Error", error), ("RequestId", Node::text(id))]);
        let body = match self {
            Self::Xml => xml::document("ErrorResponse", &content),
            // In JSON, errors have no element around them.
            Self::Json => json::document(&content),
        };
        self.response(refusal.status, body, id)
    }

    fn response(self, status: StatusCode, body: String, id: &str) -> Response<Bytes> {
        let media_type = match self {
            Self::Xml => "text/xml",
            Self::Json => "application/json",
        };
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        // Cannot fail: ids are made of hexadecimal digits and hyphens.
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }
}
