//! HTTP/1.1 on a free loopback port, plain or with TLS: what the fakes of this crate stand on.

mod http;
mod tls;

use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub(crate) use http::form_fields;

pub use http::{Answer, SentRequest};

/// So long a client may say nothing.
const IDLE: Duration = Duration::from_secs(30);

/// A listener, and what serves its connections. It stops when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    connections: Mutex<Vec<TcpStream>>,
    stopping: AtomicBool,
}

impl Server {
    /// Serves each connection with `serve`, on a thread of its own.
    pub(crate) fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let address = listener.local_addr().expect("the address listened on");
        let shared = Arc::new(Shared::default());
        let acceptor = std::thread::spawn({
            let (shared, serve) = (Arc::clone(&shared), Arc::new(serve));
            move || accept(&listener, &serve, &shared)
        });
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// Serves HTTP.
    pub(crate) fn http(answer: impl Fn(&SentRequest) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(move |stream| converse(stream, &answer))
    }

    /// Serves HTTPS, and returns the certificate of the throw-away CA in PEM.
    pub(crate) fn https(
        answer: impl Fn(&SentRequest) -> Answer + Send + Sync + 'static,
    ) -> (Self, String) {
        let (ca_pem, tls) = tls::throw_away();
        let server = Self::start(move |stream| {
            if let Ok(stream) = secured(stream, &tls) {
                converse(stream, &answer);
            }
        });
        (server, ca_pem)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the acceptor, which then ends its connections.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept<S>(listener: &TcpListener, serve: &Arc<S>, shared: &Shared)
where
    S: Fn(TcpStream) + Send + Sync + 'static,
{
    let mut workers = Vec::new();
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let Ok(handle) = stream.try_clone() else {
            continue;
        };
        let Ok(()) = stream.set_read_timeout(Some(IDLE)) else {
            continue;
        };
        locked(&shared.connections).push(handle);
        let serve = Arc::clone(serve);
        workers.push(std::thread::spawn(move || serve(stream)));
    }
    for connection in locked(&shared.connections).drain(..) {
        let _ = connection.shutdown(Shutdown::Both);
    }
    for worker in workers {
        let _ = worker.join();
    }
}

fn secured(
    stream: TcpStream,
    tls: &Arc<ServerConfig>,
) -> Result<StreamOwned<ServerConnection, TcpStream>, rustls::Error> {
    let connection = ServerConnection::new(Arc::clone(tls))?;
    Ok(StreamOwned::new(connection, stream))
}

/// One connection, until the client goes or sends what is not understood.
fn converse(stream: impl Read + Write, answer: &impl Fn(&SentRequest) -> Answer) {
    let mut client = BufReader::new(stream);
    while let Ok(Some(request)) = http::read(&mut client) {
        if http::write(client.get_mut(), &answer(&request)).is_err() {
            return;
        }
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
