//! The throw-away CA of a sandbox.

mod issuer;
mod key;
mod on_demand;
mod pem;
mod validity;

use std::sync::Arc;

use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::server::ResolvesServerCert;
use rustls::sign::SingleCertAndKey;

use self::issuer::Issuer;
use self::on_demand::OnDemand;
use super::NetError;

pub(crate) use self::pem::{KeyPem, PemPair};

/// All that our servers speak.
const HTTP_1_1: &[u8] = b"http/1.1";

/// A CA that is made when a sandbox starts, and whose private key never leaves the process.
///
/// Its certificates hold from a day before the given time until 30 days after it. By its name
/// constraints it can vouch for AWS's host names, `localhost` and loopback addresses only.
pub(crate) struct Authority(Arc<Issuer>);

impl Authority {
    /// Makes a CA of its own.
    ///
    /// # Errors
    ///
    /// When `now` cannot stand in a certificate, or the system gives no randomness.
    pub(crate) fn new(now: Timestamp) -> Result<Self, NetError> {
        Ok(Self(Arc::new(Issuer::new(now)?)))
    }

    /// The CA's certificate, for `AWS_CA_BUNDLE`, a kubeconfig and the like.
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// The TLS (1.2 or later, HTTP/1.1) of a server that is reached by these IP addresses and DNS
    /// names.
    ///
    /// # Errors
    ///
    /// [`NetError::ForeignName`] when a name is neither on loopback nor AWS's.
    pub(crate) fn server_config_for(&self, names: &[&str]) -> Result<Arc<ServerConfig>, NetError> {
        let leaf = self.0.issue(names)?;
        server_config(Arc::new(SingleCertAndKey::from(leaf)))
    }

    /// A certificate for a server of these names that is another program, with a key of its own.
    ///
    /// # Errors
    ///
    /// [`NetError::ForeignName`] when a name is neither on loopback nor AWS's.
    pub(crate) fn server_pem(&self, names: &[&str]) -> Result<PemPair, NetError> {
        self.0.server_pem(names)
    }

    /// A certificate for a client, with a key of its own. Kubernetes takes the user's name and group
    /// from it.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub(crate) fn client_pem(&self, user: &str, group: &str) -> Result<PemPair, NetError> {
        self.0.client_pem(user, group)
    }

    /// The TLS of a server that plays any AWS host: the certificate is made for the name that the
    /// client asks for.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub(crate) fn aws_server_config(&self) -> Result<Arc<ServerConfig>, NetError> {
        server_config(Arc::new(OnDemand::new(Arc::clone(&self.0))?))
    }
}

fn server_config(certificates: Arc<dyn ResolvesServerCert>) -> Result<Arc<ServerConfig>, NetError> {
    // Named, since the process may have no default provider, or another one.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![HTTP_1_1.to_vec()];
    Ok(Arc::new(config))
}
