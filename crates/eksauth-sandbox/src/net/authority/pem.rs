//! Certificates and keys as other programs read them.

use zeroize::Zeroizing;

use super::key::Key;
use crate::net::NetError;

/// A certificate and its private key, in PEM. It has no `Debug`.
pub(crate) struct PemPair {
    pub(crate) certificate: String,
    pub(crate) key: Zeroizing<String>,
}

/// A key for signing something else than certificates, in PEM. It has no `Debug`.
pub(crate) struct KeyPem {
    pub(crate) public: String,
    pub(crate) private: Zeroizing<String>,
}

impl KeyPem {
    /// Makes a new one.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub(crate) fn generate() -> Result<Self, NetError> {
        let key = Key::generate()?;
        Ok(Self {
            public: key.public_pem(),
            private: key.secret_pem(),
        })
    }
}
