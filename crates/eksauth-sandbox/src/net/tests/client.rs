//! An HTTP client, step by step.

use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::HOST;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::net::Authority;

pub(super) type Client = SendRequest<Full<Bytes>>;

pub(super) async fn tcp(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// Sends the head of a request to a proxy; its connection, and the head of the answer.
pub(super) async fn ask_proxy(proxy: SocketAddr, request_line: &str) -> (TcpStream, String) {
    let mut stream = tcp(proxy).await;
    let head = format!("{request_line} HTTP/1.1\r\nHost: ignored\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Byte by byte, since what follows belongs to the tunnel.
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    (stream, String::from_utf8(answer).unwrap())
}

/// The tunnel to `HOST:PORT`.
pub(super) async fn connect(proxy: SocketAddr, target: &str) -> TcpStream {
    let (stream, answer) = ask_proxy(proxy, &format!("CONNECT {target}")).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    stream
}

/// TLS as a client does it that trusts this authority, and nothing else.
pub(super) async fn tls<T>(
    authority: &Authority,
    stream: T,
    name: &str,
) -> std::io::Result<TlsStream<T>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap();
    roots.add(ca).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await
}

pub(super) async fn http(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Client {
    let (client, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(super) fn get(host: &str, path: &str) -> Request<Full<Bytes>> {
    let request = Request::get(path).header(HOST, host);
    request.body(Full::default()).unwrap()
}

pub(super) async fn body(answer: Response<Incoming>) -> String {
    let whole = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(whole.to_vec()).unwrap()
}

/// The body of the answer to a `GET`.
pub(super) async fn fetch(client: &mut Client, host: &str, path: &str) -> String {
    client.ready().await.unwrap();
    body(client.send_request(get(host, path)).await.unwrap()).await
}
