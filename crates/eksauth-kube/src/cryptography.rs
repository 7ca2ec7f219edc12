//! Whose cryptography TLS uses.

/// Chooses `ring` for the process, unless somebody has chosen already.
///
/// kube leaves it to rustls, which panics when another crate of the program has turned on a second
/// provider. For `aws-lc-rs`, kube does the same itself.
#[cfg(all(feature = "rustls-tls", not(feature = "aws-lc-rs")))]
pub(crate) fn choose_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails when somebody has chosen meanwhile, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

/// There is nothing to choose.
#[cfg(not(all(feature = "rustls-tls", not(feature = "aws-lc-rs"))))]
pub(crate) fn choose_cryptography() {}

#[cfg(all(test, feature = "rustls-tls"))]
mod tests {
    use kube::Config;

    use crate::connection::client_of_kube;

    #[tokio::test]
    async fn with_a_client_there_is_a_choice() {
        let config = Config::new("https://localhost:6443".parse().unwrap());
        client_of_kube(&config).unwrap();
        assert!(rustls::crypto::CryptoProvider::get_default().is_some());
    }
}
