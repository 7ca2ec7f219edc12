//! One HTTPS request, by the certificate that the server has made for itself.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::pinned;

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with their names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}

impl Reply {
    /// The value of a header; its name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn parse(answer: &str) -> Option<Self> {
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        Some(Self {
            status,
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            body: body.to_owned(),
        })
    }
}

pub(super) fn send(
    address: SocketAddr,
    certificate: &Path,
    method: &str,
    path: &str,
    body: &[u8],
) -> Reply {
    // HTTP/1.0: the body ends with the connection, so that nobody has to put chunks together.
    let head = format!(
        "{method} {path} HTTP/1.0\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = connect(address, certificate);
    let mut answer = Vec::new();
    let read = stream
        .write_all(&[head.as_bytes(), body].concat())
        .and_then(|()| stream.read_to_end(&mut answer));
    if let Err(error) = read {
        // A server that ends the connection without TLS's farewell has said all with HTTP's means.
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
    }
    let answer = String::from_utf8_lossy(&answer);
    Reply::parse(&answer).unwrap_or_else(|| panic!("expected an HTTP answer to {method} {path}"))
}

fn connect(address: SocketAddr, certificate: &Path) -> StreamOwned<ClientConnection, TcpStream> {
    let name = ServerName::try_from("localhost").expect("a valid name");
    let connection = ClientConnection::new(pinned::trusting(certificate), name);
    let stream = TcpStream::connect(address).expect("a server that listens");
    StreamOwned::new(connection.expect("a TLS client"), stream)
}
