//! What is agreed on in a handshake.

use std::sync::Arc;

use rustls::ProtocolVersion::{self, TLSv1_2, TLSv1_3};
use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{Raw, connect};
use crate::scene::Scene;

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// A ClientHello of this version and no newer one, which has all else that a server needs.
fn hello(version: [u8; 2]) -> Vec<u8> {
    let mut hello = b"\x16\x03\x01\x00\x3f\x01\x00\x00\x3b".to_vec();
    hello.extend(version);
    hello.extend(b"01234567890123456789012345678901");
    // No session, one cipher suite, no compression.
    hello.extend(b"\x00\x00\x02\xc0\x2b\x01\x00");
    // Groups and signatures: X25519, and ECDSA with P-256.
    hello.extend(b"\x00\x10\x00\x0a\x00\x04\x00\x02\x00\x1d\x00\x0d\x00\x04\x00\x02\x04\x03");
    hello
}

#[tokio::test]
async fn clients_of_tls_1_2_and_1_3_are_served() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let versions: [(&'static SupportedProtocolVersion, ProtocolVersion); 2] =
        [(&TLS12, TLSv1_2), (&TLS13, TLSv1_3)];
    for (version, expected) in versions {
        let config = Arc::new(scene.trust().config_of(&[version]));
        let stream = connect(served.address, config).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(expected));
        // Who names no protocol speaks HTTP/1.1.
        assert_eq!(stream.get_ref().1.alpn_protocol(), None);
        let mut raw = Raw(stream);
        raw.write(REQUEST).await;
        assert!(raw.rest().await.ends_with("\r\n\r\nok"));
    }
}

#[tokio::test]
async fn clients_of_older_versions_are_told_so() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for (version, expected) in [
        // The handshake goes on.
        ([3, 3], &[0x16][..]),
        // A fatal alert, `protocol_version`: RFC 8446, section 6.2.
        ([3, 2], &[0x15, 3, 3, 0, 2, 2, 70]),
        ([3, 1], &[0x15, 3, 3, 0, 2, 2, 70]),
    ] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(&hello(version)).await.unwrap();
        let mut answer = vec![0; expected.len()];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, expected, "{version:?}");
    }
    served.until_connections(0).await;
}

#[tokio::test]
async fn of_two_protocols_the_one_with_many_streams_is_taken() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut config = scene.trust().config_of(&[&TLS13]);
    config.alpn_protocols = [&b"http/1.1"[..], b"h2"].map(<[u8]>::to_vec).to_vec();
    let stream = connect(served.address, Arc::new(config)).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn another_protocol_is_refused() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut config = scene.trust().config_of(&[&TLS13]);
    config.alpn_protocols = vec![b"spdy/3".to_vec()];
    let refused = connect(served.address, Arc::new(config)).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("NoApplicationProtocol"), "{text}");
}

#[tokio::test]
async fn what_speaks_no_tls_is_let_go() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(REQUEST.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _abrupt = stream.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/"), "an answer without TLS");
    served.until_connections(0).await;
    let log = scene.logs.text();
    assert!(log.contains("a TLS handshake failed"), "{log}");
}
