//! A private key that leaves no copy behind.

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm, SigningKey};
use zeroize::Zeroizing;

/// An ECDSA P-256 key, which every TLS client knows. It has no `Debug`, and its encoded form is
/// erased when it is dropped.
pub(super) struct Key(Zeroizing<KeyPair>);

impl Key {
    pub(super) fn generate() -> Result<Self, rcgen::Error> {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        Ok(Self(Zeroizing::new(pair)))
    }

    /// PKCS #8, as the TLS library reads it.
    pub(super) fn secret_der(&self) -> &[u8] {
        self.0.serialized_der()
    }

    pub(super) fn public_pem(&self) -> String {
        self.0.public_key_pem()
    }

    /// PKCS #8, as programs read it.
    pub(super) fn secret_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.serialize_pem())
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.0.sign(message)
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.0.der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.0.algorithm()
    }
}
