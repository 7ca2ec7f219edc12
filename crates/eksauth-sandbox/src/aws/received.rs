//! A request as it came in.

use http::header::{ACCEPT, HOST};
use http::{HeaderMap, Method, Request};
use hyper::body::Bytes;

use super::parameters::{Malformed, Parameters};

/// A request, and what everybody asks of it. It has no `Debug`: it may be all secret.
pub(super) struct Received {
    request: Request<Bytes>,
    query: Result<Parameters, Malformed>,
}

impl Received {
    pub(super) fn new(request: Request<Bytes>) -> Self {
        let query = Parameters::parse(request.uri().query().unwrap_or_default());
        Self { request, query }
    }

    pub(super) fn method(&self) -> &Method {
        self.request.method()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    pub(super) fn body(&self) -> &Bytes {
        self.request.body()
    }

    /// The path as it was sent: still encoded.
    pub(super) fn path(&self) -> &str {
        self.request.uri().path()
    }

    pub(super) fn query(&self) -> Result<&Parameters, Malformed> {
        self.query.as_ref().map_err(|it| *it)
    }

    /// The host and port: First of the `Host` header, which is what was signed. Finally of the
    /// request line.
    pub(super) fn host(&self) -> &str {
        let header = self.headers().get(HOST).and_then(|it| it.to_str().ok());
        let authority = self.request.uri().authority();
        header
            .or_else(|| authority.map(http::uri::Authority::as_str))
            .unwrap_or_default()
    }

    /// Whether there is no second `Host` header (RFC 9112, 3.2): the one that is read would not be the
    /// one that is signed.
    pub(super) fn names_one_host(&self) -> bool {
        self.headers().get_all(HOST).iter().count() <= 1
    }

    /// Whether the client asks for JSON. Otherwise STS answers in XML.
    pub(super) fn wants_json(&self) -> bool {
        let accept = self.headers().get(ACCEPT).and_then(|it| it.to_str().ok());
        accept.unwrap_or_default().split(',').any(|range| {
            let media_type = range.split(';').next().unwrap_or_default();
            media_type.trim().eq_ignore_ascii_case("application/json")
        })
    }
}
