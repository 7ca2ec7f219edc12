//! What can be wrong with certificates and keys.

use std::io;
use std::path::PathBuf;

/// Why there is no certificate to show. A text of it holds paths, and nothing of a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`, is its directory there and ours to write?", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no certificate in a file.
    #[error("expected PEM with a certificate in `{}`, but found none", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// A certificate cannot be read.
    #[error("expected an X.509 certificate in `{}`, but found something else", path.display())]
    InvalidCertificate {
        /// The file.
        path: PathBuf,
    },
    /// There is no key in a file, or none of a kind that TLS uses.
    #[error(
        "expected PEM with an RSA, ECDSA P-256, P-384 or Ed25519 key in `{}` (PKCS #1, PKCS #8 or \
         SEC 1, not encrypted), but found none",
        path.display()
    )]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The key is not the certificate's.
    #[error(
        "expected the key of the certificate in `{}`, but found another one in `{}`",
        certificate.display(),
        key.display()
    )]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The certificates that clients' are to be signed by cannot be used.
    #[error("expected PEM with certificates of CAs in `{}`, but found something else", path.display())]
    InvalidClientCa {
        /// The file.
        path: PathBuf,
    },
    /// No certificate could be made.
    #[error("cannot make a certificate: {reason}")]
    Generate {
        /// Why.
        reason: String,
    },
}
