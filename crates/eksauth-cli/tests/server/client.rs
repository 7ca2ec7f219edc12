//! A client that trusts the certificate that the server has made, as an API server does.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use eksauth_testing::HttpsConnection;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

pub(crate) fn connect(address: SocketAddr, certificate: &Path) -> HttpsConnection {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(certificate).unwrap();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    HttpsConnection::open(address, Arc::new(config))
}
