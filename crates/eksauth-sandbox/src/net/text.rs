//! Answers for people.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};

/// An answer of a line of text.
pub(super) fn text(status: StatusCode, line: impl Into<String>) -> Response<Full<Bytes>> {
    let mut line = line.into();
    line.push('\n');
    let mut answer = Response::new(Full::from(line));
    *answer.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, plain);
    answer
}
