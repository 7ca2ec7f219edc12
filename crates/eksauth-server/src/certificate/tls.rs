//! From files to what a TLS server runs with.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::sign::CertifiedKey;
use rustls::{Error, RootCertStore, ServerConfig};

use super::files::Loaded;
use super::{CertificateError, CertificateFiles};

/// HTTP/2 first: an API server sends all its reviews over one connection then.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// TLS 1.2 and 1.3, with the pair that was loaded, which has to be one.
pub(super) fn config(
    files: &CertificateFiles,
    loaded: Loaded,
) -> Result<ServerConfig, CertificateError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    check_pair(files, &loaded, &provider)?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let builder = match loaded.client_roots {
        Some(roots) => builder.with_client_cert_verifier(clients_of(files, roots, provider)?),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder
        .with_single_cert(loaded.chain, loaded.key)
        .map_err(failed)?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(config)
}

/// Says which of the two files is to blame.
fn check_pair(
    files: &CertificateFiles,
    loaded: &Loaded,
    provider: &CryptoProvider,
) -> Result<(), CertificateError> {
    let key = provider
        .key_provider
        .load_private_key(loaded.key.clone_key());
    let key = key.map_err(|_| CertificateError::NoKey {
        path: files.key.clone(),
    })?;
    let chain: Vec<CertificateDer<'static>> = loaded.chain.clone();
    match CertifiedKey::new(chain, key).keys_match() {
        // What cannot tell its public key is taken at its word.
        Ok(()) | Err(Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(()),
        Err(Error::InconsistentKeys(_)) => Err(CertificateError::Mismatch {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
        }),
        Err(_) => Err(CertificateError::InvalidCertificate {
            path: files.certificate.clone(),
        }),
    }
}

fn clients_of(
    files: &CertificateFiles,
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn rustls::server::danger::ClientCertVerifier>, CertificateError> {
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|_| CertificateError::InvalidClientCa {
            path: files.client_ca.clone().unwrap_or_default(),
        })
}

fn failed(error: Error) -> CertificateError {
    CertificateError::Generate {
        reason: error.to_string(),
    }
}
