//! A throw-away CA and a certificate for loopback, and for a name that leads there through a proxy.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The CA's certificate in PEM, and the configuration of a server it vouches for.
pub(super) fn throw_away() -> (String, Arc<ServerConfig>) {
    let mut ca = CertificateParams::new([]).expect("no names to be invalid");
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let ca = CertifiedIssuer::self_signed(ca, key()).expect("the CA signs itself");

    let names = ["127.0.0.1", "localhost", "sts.aws.test"].map(str::to_owned);
    let mut leaf = CertificateParams::new(names).expect("valid names");
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let leaf_key = key();
    let leaf = leaf
        .signed_by(&leaf_key, &ca)
        .expect("the CA signs the certificate");

    let private_key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], private_key)
        .expect("the key belongs to the certificate");
    (ca.pem(), Arc::new(config))
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a new key")
}
