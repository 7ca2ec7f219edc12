//! A service that says what its test tells it to.

use std::sync::{Arc, Mutex};

use crate::server::{Answer, SentRequest, Server, locked};

/// An HTTP service on a free loopback port: it records each request, and answers as it was told.
/// It stops when dropped.
///
/// ```
/// # use eksauth_testing::{Answer, HttpService};
/// let metadata = HttpService::start(|request| match request.path.as_str() {
///     "/latest/meta-data/placement/region" => Answer::new(200, "eu-west-1"),
///     _ => Answer::new(404, ""),
/// });
/// assert!(metadata.url().starts_with("http://127.0.0.1:"));
/// assert!(metadata.requests().is_empty());
/// ```
pub struct HttpService {
    server: Server,
    ca_pem: Option<String>,
    requests: Arc<Mutex<Vec<SentRequest>>>,
}

impl HttpService {
    /// Starts one with plain HTTP.
    ///
    /// # Panics
    ///
    /// When loopback cannot be listened on.
    #[must_use]
    pub fn start(answer: impl Fn(&SentRequest) -> Answer + Send + Sync + 'static) -> Self {
        let requests = Arc::default();
        let server = Server::http(recorded(&requests, answer));
        Self {
            server,
            ca_pem: None,
            requests,
        }
    }

    /// Starts one with HTTPS, under a throw-away CA.
    ///
    /// # Panics
    ///
    /// When loopback cannot be listened on.
    #[must_use]
    pub fn start_https(answer: impl Fn(&SentRequest) -> Answer + Send + Sync + 'static) -> Self {
        let requests = Arc::default();
        let (server, ca_pem) = Server::https(recorded(&requests, answer));
        Self {
            server,
            ca_pem: Some(ca_pem),
            requests,
        }
    }

    /// `http://127.0.0.1:PORT`, or `https://`.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.ca_pem.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.server.address())
    }

    /// The certificate of the CA to trust, in PEM.
    ///
    /// # Panics
    ///
    /// When it was started without HTTPS.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        self.ca_pem
            .as_deref()
            .expect("only a service with HTTPS has a CA")
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<SentRequest> {
        locked(&self.requests).clone()
    }
}

/// Recorded before it is answered: who has the answer can already see the request.
fn recorded(
    requests: &Arc<Mutex<Vec<SentRequest>>>,
    answer: impl Fn(&SentRequest) -> Answer + Send + Sync + 'static,
) -> impl Fn(&SentRequest) -> Answer + Send + Sync + 'static {
    let requests = Arc::clone(requests);
    move |request| {
        locked(&requests).push(request.clone());
        answer(request)
    }
}
