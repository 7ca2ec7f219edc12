//! How STS is reached.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use aws_smithy_async::time::SharedTimeSource;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};

use super::ConnectTo;
use super::deadline::Deadline;
use super::proxy::{InvalidProxy, Proxy};
use super::route::Route;

/// What connects to STS, and to AWS's other services.
pub(crate) type Connector = Deadline<HttpsConnector<Route>>;

/// How STS is reached: which roots are trusted, through which proxy, and where its names lead.
///
/// # Examples
///
/// ```
/// use eksauth_server::StsConnection;
///
/// let connection = StsConnection::new()
///     .with_proxy("http://proxy.internal:3128", "localhost,10.0.0.0/8")?
///     .with_connect_to("sts.eu-west-1.amazonaws.com:443:sts.internal:443".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct StsConnection {
    trusts_system: bool,
    roots: Vec<CertificateDer<'static>>,
    proxy: Proxy,
    connect_to: Vec<ConnectTo>,
}

impl StsConnection {
    /// A direct connection that trusts the roots of the system.
    pub fn new() -> Self {
        Self {
            trusts_system: true,
            roots: Vec::new(),
            proxy: Proxy::default(),
            connect_to: Vec::new(),
        }
    }

    /// Also trusts the certificates of a PEM file as roots.
    ///
    /// # Errors
    ///
    /// [`BuildError::Roots`] when there is no certificate in it that can be a root.
    pub fn with_roots(mut self, pem: &[u8]) -> Result<Self, BuildError> {
        let certificates = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
        let before = self.roots.len();
        self.roots
            .extend(certificates.filter(|it| RootCertStore::empty().add(it.clone()).is_ok()));
        match self.roots.len() > before {
            true => Ok(self),
            false => Err(BuildError::Roots),
        }
    }

    /// Does not trust the roots of the system.
    #[must_use]
    pub fn without_system_roots(mut self) -> Self {
        self.trusts_system = false;
        self
    }

    /// Through an HTTP proxy, but for the hosts in a list such as `NO_PROXY` has: names that stand
    /// for their subdomains too, addresses, networks, or `*`.
    ///
    /// # Errors
    ///
    /// [`InvalidProxy`] when the URL is not that of a plain HTTP proxy.
    pub fn with_proxy(mut self, url: &str, no_proxy: &str) -> Result<Self, InvalidProxy> {
        self.proxy = Proxy::new(url, no_proxy)?;
        Ok(self)
    }

    /// Connects to another place, past any proxy. The first rule that fits counts.
    #[must_use]
    pub fn with_connect_to(mut self, rule: ConnectTo) -> Self {
        self.connect_to.push(rule);
        self
    }

    pub(crate) fn connector(
        &self,
        connect_timeout: Duration,
        time_source: &SharedTimeSource,
    ) -> Result<Connector, BuildError> {
        let mut tcp = HttpConnector::new();
        // TLS comes on top of it.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Shared among the addresses of a name, so that a dead one does not use it up.
        tcp.set_connect_timeout(Some(connect_timeout));
        let route = Route {
            tcp,
            proxy: self.proxy.clone(),
            connect_to: self.connect_to.as_slice().into(),
        };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(self.tls(time_source)?)
            .https_only()
            .enable_http1()
            .wrap_connector(route);
        Ok(Deadline {
            connector,
            limit: connect_timeout,
        })
    }

    fn tls(&self, time_source: &SharedTimeSource) -> Result<ClientConfig, BuildError> {
        let mut roots = RootCertStore::empty();
        if self.trusts_system {
            // Stores have odd certificates among them; what cannot be a root is passed over.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        roots.add_parsable_certificates(self.roots.iter().cloned());
        if roots.is_empty() {
            return Err(BuildError::NoRoots);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let clock = Arc::new(Clock(time_source.clone()));
        let config = ClientConfig::builder_with_details(provider, clock)
            .with_safe_default_protocol_versions()
            .map_err(|_| BuildError::Tls)?;
        Ok(config.with_root_certificates(roots).with_no_client_auth())
    }
}

/// Certificates are judged at the verifier's own time.
#[derive(Debug)]
struct Clock(SharedTimeSource);

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let since_epoch = self.0.now().duration_since(UNIX_EPOCH).ok()?;
        Some(UnixTime::since_unix_epoch(since_epoch))
    }
}

impl Default for StsConnection {
    fn default() -> Self {
        Self::new()
    }
}

/// Why there is no verifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A PEM file without a root.
    #[error("expected at least one certificate in PEM that can be a root, but found none")]
    Roots,
    /// Nothing is trusted, so nothing can be reached.
    #[error(
        "expected trusted root certificates on this system, but found none; install them (such as \
         the package `ca-certificates`) or give a file"
    )]
    NoRoots,
    /// The TLS library has no protocol version in common with its own provider.
    #[error("could not set up TLS")]
    Tls,
    /// A region in which there can be no endpoint.
    #[error("expected a region whose endpoint has a name")]
    Endpoint,
    /// A cluster whose name cannot be sent.
    #[error("expected a cluster name that can be sent as a header")]
    Cluster,
}
