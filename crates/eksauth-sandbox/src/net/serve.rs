//! HTTP/1.1 servers that always come to an end.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::NetError;
use super::connections::Connections;

/// How long a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a request's head may take, and a connection may be idle between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait when the process is out of file descriptors and the like.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// What answers requests: a [`service_fn`](hyper::service::service_fn), an axum `Router` in a
/// [`TowerToHyperService`](hyper_util::service::TowerToHyperService), or [`whole`](super::whole()).
///
/// An error closes the connection without an answer.
pub(crate) trait HttpService:
    Service<
        Request<Incoming>,
        Response = hyper::Response<Self::Body>,
        Error: Into<Box<dyn Error + Send + Sync>>,
        Future: Send,
    > + Clone
    + Send
    + 'static
{
    /// The body of the answers.
    type Body: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;
}

impl<S, B> HttpService for S
where
    S: Service<Request<Incoming>, Response = hyper::Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    type Body = B;
}

/// A server that runs until its token is cancelled.
#[derive(Debug)]
pub(crate) struct Serving {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Serving {
    /// Where it listens.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the server and all its connections have ended, which they do about a second
    /// after the token is cancelled at the latest.
    pub(crate) async fn stopped(self) {
        // The server does not panic, and nobody else can abort it.
        let _ = self.server.await;
    }
}

/// Serves HTTP/1.1, over TLS if there is a configuration for it, until `shutdown` is cancelled.
///
/// Then the listener closes, requests under way are finished, and what is not done a second later is
/// dropped: a watch, an upgraded stream, a client that does not read.
///
/// # Errors
///
/// When the listener cannot tell its address.
///
/// # Panics
///
/// Outside a tokio runtime.
pub(crate) fn serve<S: HttpService>(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    service: S,
    shutdown: &CancellationToken,
) -> Result<Serving, NetError> {
    serve_connections(listener, tls, service, Connections::until(shutdown))
}

/// The same, for a service that opens connections of its own.
pub(super) fn serve_connections<S: HttpService>(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    service: S,
    connections: Connections,
) -> Result<Serving, NetError> {
    let address = listener.local_addr()?;
    let tls = tls.map(TlsAcceptor::from);
    let server = tokio::spawn(async move {
        accept_all(listener, tls, service, &connections).await;
        connections.end().await;
    });
    Ok(Serving { address, server })
}

async fn accept_all<S: HttpService>(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    service: S,
    connections: &Connections,
) {
    // The slot comes first, so that who is too many waits in the backlog of the listener.
    while let Some(slot) = connections.slot().await {
        let accepted = accept(&listener);
        let Some(stream) = connections.shutdown().run_until_cancelled(accepted).await else {
            return;
        };
        let (tls, service) = (tls.clone(), service.clone());
        let shutdown = connections.shutdown().clone();
        connections.spawn(slot, async move {
            match tls {
                Some(tls) => serve_tls(stream, &tls, service, &shutdown).await,
                None => serve_stream(stream, service, &shutdown).await,
            }
        });
    }
}

/// The next connection, whatever becomes of those before it.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small answers go out at once. Without this they still go out.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                // Such as EMFILE, which stays until some other connection ends.
                tracing::warn!(%error, "cannot accept connections for the moment");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The client was gone before it was accepted.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// Serves one connection over TLS until either side, or `shutdown`, ends it.
pub(super) async fn serve_tls<S: HttpService>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    tls: &TlsAcceptor,
    service: S,
    shutdown: &CancellationToken,
) {
    let handshake = shutdown.run_until_cancelled(handshake(stream, tls)).await;
    if let Some(Some(stream)) = handshake {
        serve_stream(stream, service, shutdown).await;
    }
}

async fn handshake<T>(stream: T, tls: &TlsAcceptor) -> Option<TlsStream<T>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let shaken = tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await;
    // A client that does not trust the sandbox's CA says so here, which is worth a line.
    shaken
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        .inspect_err(|error| tracing::debug!(%error, "a TLS handshake failed"))
        .ok()
}

/// Serves one connection until either side, or `shutdown`, ends it.
pub(super) async fn serve_stream<S: HttpService>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    service: S,
    shutdown: &CancellationToken,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = match shutdown.run_until_cancelled(connection.as_mut()).await {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
