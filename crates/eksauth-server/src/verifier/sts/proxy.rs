//! The proxy on the way to STS.

use std::fmt;
use std::sync::Arc;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// An HTTP proxy and the hosts that are reached without it.
#[derive(Clone, Default)]
pub(super) struct Proxy {
    matcher: Option<Arc<Matcher>>,
}

impl Proxy {
    pub(super) fn new(url: &str, no_proxy: &str) -> Result<Self, InvalidProxy> {
        // `HTTPS_PROXY=proxy:8080` is common, and means a plain HTTP proxy.
        let with_scheme = match url.contains("://") {
            true => url.to_owned(),
            false => format!("http://{url}"),
        };
        let uri: Uri = with_scheme.parse().map_err(|_| InvalidProxy)?;
        if uri.scheme_str() != Some("http") || uri.host().is_none_or(str::is_empty) {
            return Err(InvalidProxy);
        }
        let matcher = Matcher::builder().https(with_scheme).no(no_proxy).build();
        Ok(Self {
            matcher: Some(Arc::new(matcher)),
        })
    }

    /// The proxy for a destination, if there is one.
    pub(super) fn intercept(&self, destination: &Uri) -> Option<Intercept> {
        self.matcher.as_ref()?.intercept(destination)
    }
}

impl fmt::Debug for Proxy {
    /// Leaves the URL out: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").finish_non_exhaustive()
    }
}

/// A proxy that cannot be used. The URL is not repeated: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a proxy in the form `http://[user:password@]host[:port]`, but found something else"
)]
pub struct InvalidProxy;

#[cfg(test)]
mod tests;
