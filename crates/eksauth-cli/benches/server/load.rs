//! Connections that each send a request as soon as the last one was answered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use eksauth_testing::AuthenticatorProcess;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::message::Message;
use crate::reviews::Reviews;

pub(crate) struct Load(Vec<Mutex<Connection>>);

impl Load {
    pub(crate) async fn connect(server: &AuthenticatorProcess, connections: usize) -> Self {
        let tls = TlsConnector::from(server.client_config());
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            open.push(Mutex::new(Connection::open(&tls, server).await));
        }
        Self(open)
    }

    /// Sends as many requests over all connections together.
    pub(crate) async fn run(&self, reviews: &Reviews, count: usize) -> Answers {
        let next = AtomicUsize::new(0);
        let start = Instant::now();
        let connections = self.0.iter().map(async |connection| {
            let mut connection = connection.lock().await;
            let mut answers = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    return answers;
                }
                let start = Instant::now();
                let status = connection.exchange(reviews.nth(n)).await;
                answers.push((start.elapsed(), status));
            }
        });
        let answers = futures_util::future::join_all(connections).await;
        Answers::of(answers.into_iter().flatten().collect(), start.elapsed())
    }
}

struct Connection {
    stream: TlsStream<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(tls: &TlsConnector, server: &AuthenticatorProcess) -> Self {
        let stream = TcpStream::connect(server.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        Self {
            stream: tls.connect(name, stream).await.unwrap(),
            buffer: Vec::with_capacity(8 * 1024),
        }
    }

    /// Sends a request and reads the answer; returns its status.
    async fn exchange(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.unwrap();
        // Until then, some of it may be in the TLS session only.
        self.stream.flush().await.unwrap();
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "expected an answer, but found the end");
            if let Some(answer) = Message::complete(&self.buffer) {
                return answer.start.split(' ').nth(1).unwrap().parse().unwrap();
            }
        }
    }
}

/// How long answers took, and how they turned out.
pub(crate) struct Answers {
    sorted: Vec<(Duration, u16)>,
    elapsed: Duration,
}

impl Answers {
    fn of(mut sorted: Vec<(Duration, u16)>, elapsed: Duration) -> Self {
        sorted.sort_unstable();
        Self { sorted, elapsed }
    }

    /// What is measured is the right answer, never how fast a wrong one comes.
    pub(crate) fn expect(self, status: u16) -> Self {
        let others = self.sorted.iter().filter(|it| it.1 != status).count();
        assert_eq!(others, 0, "answers with another status than {status}");
        self
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.sorted.len() as f64 / self.elapsed.as_secs_f64()
    }

    pub(crate) fn millis(&self, quantile: f64) -> f64 {
        let index = ((self.sorted.len() - 1) as f64 * quantile).round() as usize;
        self.sorted[index].0.as_secs_f64() * 1e3
    }
}
