//! The least that an answer costs: a process that reads a request over TLS and sends the same answer to
//! whatever is in it.
//!
//! It is this program, called as an authenticator is: `server -c FILE`.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_server::{CertificateFiles, CertificateStore, ServerNames};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::message::Message;

/// As long as an answer of an authenticator.
const BODY_LEN: usize = 400;

/// The file that `server -c FILE` names, if that is how this program was called.
pub(crate) fn config() -> Option<PathBuf> {
    let mut arguments = std::env::args_os().skip(1);
    let is_server = arguments.next()? == "server" && arguments.next()? == "-c";
    arguments.next().filter(|_| is_server).map(PathBuf::from)
}

pub(crate) async fn serve(config: &Path) {
    let config = std::fs::read_to_string(config).unwrap();
    let value = |key: &str| {
        let mut lines = config.lines();
        lines
            .find_map(|line| line.trim().strip_prefix(key))
            .unwrap()
    };
    let tls = TlsAcceptor::from(Arc::new(tls(Path::new(value("stateDir: ")))));
    let port: u16 = value("port: ").parse().unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(answer(stream, tls.clone()));
    }
}

/// With a certificate like the authenticator's.
fn tls(folder: &Path) -> ServerConfig {
    let files = CertificateFiles::in_dir(folder);
    let names = ServerNames::new(Ipv4Addr::LOCALHOST.into(), "localhost").unwrap();
    CertificateStore::open(files.clone(), names, SystemTimeSource::new()).unwrap();
    let certificate = CertificateDer::from_pem_file(&files.certificate).unwrap();
    let key = PrivateKeyDer::from_pem_file(&files.key).unwrap();
    ServerConfig::builder_with_provider(default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// Until the client goes.
async fn answer(stream: TcpStream, tls: TlsAcceptor) {
    stream.set_nodelay(true).unwrap();
    // Whoever only looks whether this listens makes no handshake.
    let Ok(mut stream) = tls.accept(stream).await else {
        return;
    };
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {BODY_LEN}\r\n\r\n{}",
        " ".repeat(BODY_LEN)
    );
    let mut request = Vec::with_capacity(8 * 1024);
    while stream.read_buf(&mut request).await.is_ok_and(|it| it > 0) {
        let Some(message) = Message::complete(&request) else {
            continue;
        };
        let is_last = message.start.ends_with("HTTP/1.0");
        let sent = stream.write_all(answer.as_bytes()).await;
        if sent.and(stream.flush().await).is_err() || is_last {
            return;
        }
        request.clear();
    }
}
