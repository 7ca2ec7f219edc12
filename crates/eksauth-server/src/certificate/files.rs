//! The files of a webhook's certificate.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::CertificateError;

/// Where the certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate in PEM, followed by those it was signed by if it has such.
    pub certificate: PathBuf,
    /// Its key in PEM: PKCS #1, PKCS #8 or SEC 1.
    pub key: PathBuf,
    /// The CAs, in PEM, of which a client has to have a certificate. `None` asks clients for none.
    pub client_ca: Option<PathBuf>,
}

/// What is in them.
pub(super) struct Loaded {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    pub(super) client_roots: Option<RootCertStore>,
}

impl CertificateFiles {
    /// `cert.pem` and `key.pem` in a directory, as `aws-iam-authenticator` has them in its state
    /// directory. No certificates of clients.
    pub fn in_dir(dir: &Path) -> Self {
        Self {
            certificate: dir.join("cert.pem"),
            key: dir.join("key.pem"),
            client_ca: None,
        }
    }

    /// All of them, for whoever watches them.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        [&self.certificate, &self.key]
            .into_iter()
            .chain(&self.client_ca)
            .map(PathBuf::as_path)
    }

    /// Whether there is a pair to load.
    pub(super) fn has_pair(&self) -> Result<bool, CertificateError> {
        Ok(self.has_certificate()? && exists(&self.key)?)
    }

    /// Whether there is one without the other.
    pub(super) fn has_half(&self) -> Result<bool, CertificateError> {
        Ok(self.has_certificate()? != exists(&self.key)?)
    }

    pub(super) fn has_certificate(&self) -> Result<bool, CertificateError> {
        exists(&self.certificate)
    }

    pub(super) fn load(&self) -> Result<Loaded, CertificateError> {
        Ok(Loaded {
            chain: certificates(&self.certificate)?,
            key: key(&self.key)?,
            client_roots: self.client_ca.as_deref().map(client_roots).transpose()?,
        })
    }
}

fn exists(path: &Path) -> Result<bool, CertificateError> {
    path.try_exists().map_err(|source| CertificateError::Read {
        path: path.to_owned(),
        source,
    })
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, CertificateError> {
    let content = std::fs::read(path).map_err(|source| CertificateError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(Zeroizing::new(content))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let none = || CertificateError::NoCertificate {
        path: path.to_owned(),
    };
    let pem = read(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    chain.ok().filter(|it| !it.is_empty()).ok_or_else(none)
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|_| CertificateError::NoKey {
        path: path.to_owned(),
    })
}

fn client_roots(path: &Path) -> Result<RootCertStore, CertificateError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots
            .add(certificate)
            .map_err(|_| CertificateError::InvalidClientCa {
                path: path.to_owned(),
            })?;
    }
    Ok(roots)
}
