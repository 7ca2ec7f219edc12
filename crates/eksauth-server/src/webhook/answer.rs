//! The answers, to the byte.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Body, Bytes};
use hyper::header::{
    ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::ReviewVersion;
use crate::UserInfo;

pub(super) type Answer = Response<Full<Bytes>>;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// A TokenReview as Go encodes it: `metadata` and `spec` are there though nothing is in them.
#[derive(Serialize)]
struct Review<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(rename = "apiVersion", skip_serializing_if = "Option::is_none")]
    api_version: Option<&'static str>,
    metadata: Empty,
    spec: Empty,
    status: Status<'a>,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Status<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticated: Option<bool>,
    user: User<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum User<'a> {
    Known(&'a UserInfo),
    Nobody {},
}

/// The user, in the version that was asked for, if one was.
pub(super) fn granted(version: Option<ReviewVersion>, user: &UserInfo) -> Answer {
    let status = Status {
        authenticated: Some(true),
        user: User::Known(user),
        error: None,
    };
    let mut body = encode(version, status);
    body.push(b'\n');
    json(StatusCode::OK, body)
}

/// Nobody. Who names no version gets what `aws-iam-authenticator` sends, and there a denial has no
/// more to say than its status.
pub(super) fn denied(
    version: Option<ReviewVersion>,
    status: StatusCode,
    phrase: &'static str,
) -> Answer {
    let is_review = status == StatusCode::OK;
    let review = Status {
        authenticated: is_review.then_some(false),
        user: User::Nobody {},
        error: (version.is_some() && !is_review).then_some(phrase),
    };
    json(status, encode(version, review))
}

fn encode(version: Option<ReviewVersion>, status: Status<'_>) -> Vec<u8> {
    let review = Review {
        kind: version.map(|_| ReviewVersion::KIND),
        api_version: version.map(ReviewVersion::as_str),
        metadata: Empty {},
        spec: Empty {},
        status,
    };
    // Texts and lists of them under names that are texts: all of that is JSON.
    serde_json::to_vec(&review).unwrap_or_default()
}

fn json(status: StatusCode, body: Vec<u8>) -> Answer {
    with_body(status, JSON, body)
}

/// A line for people, as Go's `http.Error` sends it.
pub(super) fn error(status: StatusCode, line: impl Into<String>) -> Answer {
    let mut line = line.into();
    line.push('\n');
    let answer = with_body(status, TEXT, line);
    with_header(
        answer,
        X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    )
}

/// A text for probes, as it is.
pub(super) fn text(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    with_body(status, TEXT, text)
}

pub(super) fn metrics(text: String) -> Answer {
    with_body(StatusCode::OK, OPEN_METRICS, text)
}

pub(super) fn not_post() -> Answer {
    let answer = error(StatusCode::METHOD_NOT_ALLOWED, "expected POST");
    with_header(answer, ALLOW, HeaderValue::from_static("POST"))
}

/// Says when to come again, in whole seconds and never too early.
pub(super) fn retry_after(answer: Answer, wait: Duration) -> Answer {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    with_header(answer, RETRY_AFTER, HeaderValue::from(seconds.max(1)))
}

/// The same without its body, whose length stays told: hyper sees to that in HTTP/1.1 alone.
pub(super) fn head_of(answer: Answer) -> Answer {
    let length = answer.body().size_hint().exact().unwrap_or_default();
    let head = answer.map(|_| Full::default());
    with_header(head, CONTENT_LENGTH, HeaderValue::from(length))
}

fn with_body(status: StatusCode, content_type: HeaderValue, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    with_header(answer, CONTENT_TYPE, content_type)
}

fn with_header(mut answer: Answer, name: HeaderName, value: HeaderValue) -> Answer {
    answer.headers_mut().insert(name, value);
    answer
}
