//! TLS for the API: kubectl sends no token without it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use data_encoding::BASE64;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::AbortOnDropHandle;

/// A server on a free loopback port, gone when dropped.
pub(super) struct Https {
    address: SocketAddr,
    certificate_pem: String,
    _acceptor: AbortOnDropHandle<()>,
}

impl Https {
    pub(super) async fn serve(router: Router) -> Self {
        let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let certificate_pem = own.cert.pem();
        let acceptor = TlsAcceptor::from(Arc::new(config(&own)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(acceptor.clone(), stream, router.clone()));
            }
        });
        Self {
            address,
            certificate_pem,
            _acceptor: AbortOnDropHandle::new(accepting),
        }
    }

    pub(super) fn kubeconfig(&self, token: &str) -> String {
        let cluster = json!({
            "server": format!("https://{}", self.address),
            "certificate-authority-data": BASE64.encode(self.certificate_pem.as_bytes()),
        });
        let context = json!({ "cluster": "sandbox", "user": "someone" });
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{ "name": "sandbox", "cluster": cluster }],
            "users": [{ "name": "someone", "user": { "token": token } }],
            "contexts": [{ "name": "sandbox", "context": context }],
            "current-context": "sandbox",
        });
        config.to_string()
    }
}

fn config(own: &rcgen::CertifiedKey<rcgen::KeyPair>) -> ServerConfig {
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], PrivateKeyDer::from(key))
        .unwrap()
}

async fn converse(acceptor: TlsAcceptor, stream: TcpStream, router: Router) {
    if let Ok(stream) = acceptor.accept(stream).await {
        let service = TowerToHyperService::new(router);
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // A client that goes is no failure here.
        let _ = connection.await;
    }
}
