//! The floor: a request to the same server over a connection that is already there.

use std::sync::Arc;

use eksauth_sandbox::Sandbox;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const HOST: &str = "sts.eu-west-1.amazonaws.com";

pub(crate) struct Floor(SendRequest<Empty<Bytes>>);

impl Floor {
    pub(crate) async fn connect(sandbox: &Sandbox) -> Self {
        let mut roots = RootCertStore::empty();
        let ca = CertificateDer::from_pem_slice(sandbox.ca_pem().as_bytes()).unwrap();
        roots.add(ca).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tcp = TcpStream::connect(sandbox.aws_address()).await.unwrap();
        tcp.set_nodelay(true).unwrap();
        let name = ServerName::try_from(HOST).unwrap();
        let tls = TlsConnector::from(Arc::new(config))
            .connect(name, tcp)
            .await
            .unwrap();
        let (sender, connection) = handshake(TokioIo::new(tls)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    /// Unsigned, so the server does nothing but say so.
    pub(crate) async fn request(&mut self) {
        self.0.ready().await.unwrap();
        let request = Request::get("/?Action=GetCallerIdentity&Version=2011-06-15")
            .header("host", HOST)
            .body(Empty::new())
            .unwrap();
        let response = self.0.send_request(request).await.unwrap();
        assert_eq!(response.status(), 403);
        response.into_body().collect().await.unwrap();
    }
}
