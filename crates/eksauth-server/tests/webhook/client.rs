//! Clients: one that behaves, in both protocols, and one that writes what the test says.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes};
use hyper::{HeaderMap, Request};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

pub(crate) const BOTH: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

impl Protocol {
    fn alpn(self) -> Vec<u8> {
        match self {
            Self::Http1 => b"http/1.1".to_vec(),
            Self::Http2 => b"h2".to_vec(),
        }
    }
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|it| it.to_str().unwrap())
    }
}

/// Whom a client trusts, and who it is.
#[derive(Clone)]
pub(crate) struct Trust {
    roots: RootCertStore,
    identity: Option<(String, String)>,
}

impl Trust {
    pub(crate) fn in_pem(pem: &str) -> Self {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots.add(certificate.unwrap()).unwrap();
        }
        Self {
            roots,
            identity: None,
        }
    }

    /// With a certificate and its key, in PEM.
    pub(crate) fn showing(mut self, certificate: &str, key: &str) -> Self {
        self.identity = Some((certificate.to_owned(), key.to_owned()));
        self
    }

    pub(crate) fn config(&self, protocol: Protocol) -> ClientConfig {
        let mut config = self.config_of(rustls::DEFAULT_VERSIONS);
        config.alpn_protocols = vec![protocol.alpn()];
        config
    }

    /// Of these versions of TLS, and without a word of what it speaks.
    pub(crate) fn config_of(&self, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(self.roots.clone());
        match &self.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = CertificateDer::pem_slice_iter(certificate.as_bytes());
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                builder
                    .with_client_auth_cert(chain.map(Result::unwrap).collect(), key)
                    .unwrap()
            }
        }
    }

    /// A handshake, and nothing more.
    pub(crate) async fn connect(
        &self,
        address: SocketAddr,
        protocol: Protocol,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = connect(address, Arc::new(self.config(protocol))).await?;
        let agreed = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
        assert_eq!(agreed, Some(protocol.alpn()));
        Ok(stream)
    }
}

/// A handshake of a client that may have been here before.
pub(crate) async fn connect(
    address: SocketAddr,
    config: Arc<ClientConfig>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(config).connect(name, stream).await
}

/// A connection that keeps to its protocol.
pub(crate) enum Client {
    Http1(hyper::client::conn::http1::SendRequest<TestBody>),
    Http2(hyper::client::conn::http2::SendRequest<TestBody>),
}

pub(crate) type TestBody = http_body_util::combinators::UnsyncBoxBody<Bytes, std::io::Error>;

impl Client {
    pub(crate) async fn over(stream: TlsStream<TcpStream>, protocol: Protocol) -> Self {
        let io = TokioIo::new(stream);
        match protocol {
            Protocol::Http1 => {
                let (sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
                tokio::spawn(connection);
                Self::Http1(sender)
            }
            Protocol::Http2 => {
                let (sender, connection) =
                    hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
                        .await
                        .unwrap();
                tokio::spawn(connection);
                Self::Http2(sender)
            }
        }
    }

    /// Sends a request.
    pub(crate) async fn send<B>(&mut self, request: Request<B>) -> hyper::Result<Reply>
    where
        B: Body<Data = Bytes, Error: Into<std::io::Error>> + Send + 'static,
    {
        let request = request.map(|body| body.map_err(Into::into).boxed_unsync());
        let response = match self {
            Self::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
            Self::Http2(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
        };
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Reply {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        })
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send(request("GET", path, "")).await.unwrap()
    }

    pub(crate) async fn review(&mut self, body: impl Into<Bytes>) -> Reply {
        let request = request("POST", "/authenticate", body);
        self.send(request).await.unwrap()
    }

    /// Waits until it sees that it cannot be used any more.
    pub(crate) async fn until_closed(&mut self) {
        while self.is_open().await {
            tokio::task::yield_now().await;
        }
    }

    /// Whether it can still be used.
    async fn is_open(&mut self) -> bool {
        match self {
            Self::Http1(sender) => sender.ready().await.is_ok(),
            Self::Http2(sender) => sender.ready().await.is_ok(),
        }
    }
}

/// A request as HTTP/2 needs it, with the host that HTTP/1.1 needs.
pub(crate) fn request(method: &str, path: &str, body: impl Into<Bytes>) -> Request<Sized> {
    Request::builder()
        .method(method)
        .uri(format!("https://localhost{path}"))
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(Sized::new(body))
        .unwrap()
}

pub(crate) type Sized = http_body_util::combinators::MapErr<
    Full<Bytes>,
    fn(std::convert::Infallible) -> std::io::Error,
>;

trait New {
    fn new(body: impl Into<Bytes>) -> Self;
}

impl New for Sized {
    fn new(body: impl Into<Bytes>) -> Self {
        Full::new(body.into()).map_err(|never| match never {})
    }
}

/// Writes what the test says.
pub(crate) struct Raw(pub(crate) TlsStream<TcpStream>);

impl Raw {
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// Whether there is no byte to read, and no end.
    pub(crate) fn has_nothing_yet(&mut self) -> bool {
        self.0.read_u8().now_or_never().is_none()
    }

    /// Everything up to the end, however it ends.
    pub(crate) async fn rest(&mut self) -> String {
        let mut text = Vec::new();
        let _abrupt = self.0.read_to_end(&mut text).await;
        String::from_utf8_lossy(&text).into_owned()
    }
}
