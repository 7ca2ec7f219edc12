//! One HTTPS request.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use serde_json::Value;

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

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a body in JSON")
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

/// A TLS connection for one request, which may be sent in parts.
#[derive(Debug)]
pub struct HttpsConnection(StreamOwned<ClientConnection, TcpStream>);

impl HttpsConnection {
    /// Connects to `localhost`, as the certificate has to call it.
    ///
    /// # Panics
    ///
    /// When nobody listens.
    #[must_use]
    pub fn open(address: SocketAddr, config: Arc<ClientConfig>) -> Self {
        let name = ServerName::try_from("localhost").expect("a valid name");
        let connection = ClientConnection::new(config, name);
        let stream = TcpStream::connect(address).expect("a server that listens");
        Self(StreamOwned::new(connection.expect("a TLS client"), stream))
    }

    /// Sends a request, and returns what comes back.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    #[must_use]
    pub fn send(mut self, method: &str, path: &str, body: &[u8]) -> Reply {
        // At once: a server may answer, and close, as soon as it has seen the head.
        let head = head(method, path, body.len());
        self.write(&[head.as_bytes(), body].concat());
        self.reply()
    }

    /// Sends a request but for its body.
    ///
    /// # Panics
    ///
    /// When the server is gone.
    pub fn write_head(&mut self, method: &str, path: &str, body_len: usize) {
        self.write(head(method, path, body_len).as_bytes());
    }

    /// Sends a part of a body.
    ///
    /// # Panics
    ///
    /// When the server is gone.
    pub fn write(&mut self, part: &[u8]) {
        let written = self.0.write_all(part).and_then(|()| self.0.flush());
        written.expect("a server that reads");
    }

    /// What comes back.
    ///
    /// # Panics
    ///
    /// When that is no answer.
    #[must_use]
    pub fn reply(mut self) -> Reply {
        let mut answer = Vec::new();
        if let Err(error) = self.0.read_to_end(&mut answer) {
            // A server that ends the connection without TLS's farewell has said all with HTTP's means.
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
        }
        Reply::parse(&String::from_utf8_lossy(&answer)).expect("an HTTP answer")
    }
}

/// HTTP/1.0: the body of the answer ends with the connection, so that nobody has to put chunks together.
fn head(method: &str, path: &str, body_len: usize) -> String {
    format!(
        "{method} {path} HTTP/1.0\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {body_len}\r\n\r\n"
    )
}
