//! What is kept of a request in case that it is refused.

use arrayvec::ArrayString;
use http::{Extensions, HeaderMap, Method, Request, Response, Uri, Version};
use jiff::{SignedDuration, Timestamp};
use kube::client::Body;

/// A copy of a request, without the token. Made for each request, so it costs little: most have a short
/// path and no headers of their own, and kube's one extension is copied without its map.
pub(super) struct Spare {
    method: Method,
    target: Target,
    version: Version,
    headers: Option<HeaderMap>,
    extensions: Kept,
    body: Body,
}

/// So long that a path of it takes no more room than a URI.
const SHORT: usize = 84;

enum Target {
    /// A copy of a `Uri` costs an allocation, the first time.
    Path(ArrayString<SHORT>),
    Whole(Uri),
}

enum Kept {
    /// The name of the operation, which kube puts into its traces.
    Name(&'static str),
    All(Extensions),
}

impl Spare {
    /// `None` when the body is a stream.
    pub(super) fn of(request: &Request<Body>) -> Option<Self> {
        Some(Self {
            body: request.body().try_clone()?,
            method: request.method().clone(),
            target: Target::of(request.uri()),
            version: request.version(),
            headers: (!request.headers().is_empty()).then(|| request.headers().clone()),
            extensions: Kept::of(request.extensions()),
        })
    }

    pub(super) fn into_request(self) -> Request<Body> {
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.target.into_uri();
        *request.version_mut() = self.version;
        *request.headers_mut() = self.headers.unwrap_or_default();
        match self.extensions {
            Kept::Name(name) => {
                request.extensions_mut().insert(name);
            }
            Kept::All(extensions) => *request.extensions_mut() = extensions,
        }
        request
    }
}

impl Target {
    fn of(uri: &Uri) -> Self {
        let path = uri.path_and_query().filter(|it| {
            // One without a slash, such as a query alone, is no URI by itself.
            uri.authority().is_none() && it.as_str().starts_with('/')
        });
        let copy = path.and_then(|it| ArrayString::from(it.as_str()).ok());
        copy.map_or_else(|| Self::Whole(uri.clone()), Self::Path)
    }

    fn into_uri(self) -> Uri {
        match self {
            #[expect(
                clippy::expect_used,
                reason = "it is the path of a URI, and begins with a slash"
            )]
            Self::Path(path) => path.parse().expect("a path is a URI"),
            Self::Whole(uri) => uri,
        }
    }
}

impl Kept {
    fn of(extensions: &Extensions) -> Self {
        match (extensions.len(), extensions.get::<&'static str>()) {
            (1, Some(name)) => Self::Name(name),
            _ => Self::All(extensions.clone()),
        }
    }
}

/// How far the clock here is off the one there, if that is enough for STS to refuse a token.
pub(super) fn clock_difference<B>(answer: &Response<B>, now: Timestamp) -> Option<String> {
    const TOLERATED: SignedDuration = SignedDuration::from_mins(4);
    let date = answer.headers().get(http::header::DATE)?.to_str().ok()?;
    let there = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    let difference = now.duration_since(there);
    let direction = match difference.is_negative() {
        true => "behind",
        false => "ahead",
    };
    (difference.abs() > TOLERATED).then(|| format!("{:#} {direction}", difference.abs()))
}
