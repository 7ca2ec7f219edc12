//! One connection: handshake, requests, end.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::graceful::GracefulConnection;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::Respond;
use crate::webhook::activity::Activity;
use crate::webhook::answer;
use crate::webhook::metrics::Bound;
use crate::webhook::{WebhookLimits, WebhookMetrics};

/// How long a connection that was told to close may do nothing.
const FAREWELL: Duration = Duration::from_secs(2);

/// More than an API server sends.
const MOST_HEADERS: usize = 64;

/// Streams that a client may open and reset before they are looked at: more is a flood, and ends the
/// connection. h2's own default.
const MOST_RESET_STREAMS: usize = 20;

/// Streams that this end may reset, as long as the connection lasts, because the client broke the
/// protocol in them or opened more than it may: more is a flood, and ends the connection. hyper's own
/// default (RUSTSEC-2024-0003).
const MOST_STREAM_ERRORS: usize = 1024;

/// Bytes of bodies that a client may send on a connection before somebody reads them.
const MOST_UNREAD: u32 = 256 * 1024;

/// Bytes of an answer that wait in memory for a client to read them.
const MOST_UNSENT: usize = 64 * 1024;

/// The smallest read buffer that hyper takes.
const SMALLEST_BUFFER: usize = 8 * 1024;

pub(super) struct Connection<R> {
    pub(super) responder: R,
    pub(super) limits: Arc<WebhookLimits>,
    pub(super) metrics: WebhookMetrics,
    pub(super) client: SocketAddr,
    pub(super) closing: CancellationToken,
}

impl<R: Respond> Connection<R> {
    /// Serves HTTP/2 or HTTP/1.1, whichever the handshake agrees on.
    pub(super) async fn serve_tls(self, stream: TcpStream, tls: Arc<ServerConfig>) {
        let handshake = self.handshake(stream, tls);
        let Some(Some(stream)) = self.closing.run_until_cancelled(handshake).await else {
            return;
        };
        match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => self.serve_http2(stream).await,
            _ => self.serve_http1(stream).await,
        }
    }

    async fn handshake(
        &self,
        stream: TcpStream,
        tls: Arc<ServerConfig>,
    ) -> Option<TlsStream<TcpStream>> {
        let handshake = TlsAcceptor::from(tls).accept(stream);
        let shaken = match timeout(self.limits.handshake_timeout, handshake).await {
            Ok(shaken) => shaken,
            Err(_) => {
                self.metrics.limited(Bound::Handshake);
                Err(io::ErrorKind::TimedOut.into())
            }
        };
        let client = self.client;
        shaken
            .inspect_err(|error| tracing::debug!(%client, %error, "a TLS handshake failed"))
            .ok()
    }

    pub(super) async fn serve_http1(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) {
        let activity = Activity::none();
        let buffer = usize::try_from(self.limits.max_header_len).unwrap_or(usize::MAX);
        let connection = http1::Builder::new()
            // What is slow, or says nothing, is found by the activity, the same for both protocols.
            .header_read_timeout(None)
            .max_headers(MOST_HEADERS)
            .max_buf_size(buffer.max(SMALLEST_BUFFER))
            .serve_connection(TokioIo::new(stream), self.service(&activity));
        self.drive(connection, &activity).await;
    }

    async fn serve_http2(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let activity = Activity::none();
        let connection = http2::Builder::new(TokioExecutor::new())
            .max_concurrent_streams(self.limits.max_streams)
            .max_header_list_size(self.limits.max_header_len)
            .max_pending_accept_reset_streams(MOST_RESET_STREAMS)
            .max_local_error_reset_streams(MOST_STREAM_ERRORS)
            .initial_stream_window_size(self.most_unread_of_a_stream())
            .initial_connection_window_size(MOST_UNREAD)
            .max_send_buf_size(MOST_UNSENT)
            .serve_connection(TokioIo::new(stream), self.service(&activity));
        self.drive(connection, &activity).await;
    }

    /// A body that is too long may come as far as it takes to see that it is.
    fn most_unread_of_a_stream(&self) -> u32 {
        let longest = u32::try_from(self.limits.max_body_len).unwrap_or(u32::MAX);
        longest.saturating_add(1).min(MOST_UNREAD)
    }

    fn service(&self, activity: &Activity) -> Requests<R> {
        Requests {
            responder: self.responder.clone(),
            client: self.client,
            activity: activity.clone(),
        }
    }

    /// Runs a connection until the client, the server's end, or silence ends it.
    async fn drive<C>(&self, connection: C, activity: &Activity)
    where
        C: GracefulConnection<Error = hyper::Error>,
    {
        let mut connection = pin!(connection);
        let limits = &self.limits;
        let quiet = pin!(activity.quiet(limits.header_timeout, limits.idle_timeout));
        let closing = pin!(self.closing.cancelled());
        let told_to_close = select(closing, quiet);
        if let Either::Left((ended, _)) = select(connection.as_mut(), told_to_close).await {
            return self.ended(ended);
        }
        connection.as_mut().graceful_shutdown();
        let farewell = pin!(activity.quiet(FAREWELL, FAREWELL));
        if let Either::Left((ended, _)) = select(connection, farewell).await {
            self.ended(ended);
        }
    }

    fn ended(&self, ended: hyper::Result<()>) {
        if let Err(error) = ended {
            let (client, error): (_, &dyn Error) = (self.client, &error);
            tracing::debug!(%client, error, "a connection ended early");
        }
    }
}

/// The requests of one connection.
#[derive(Clone)]
struct Requests<R> {
    responder: R,
    client: SocketAddr,
    activity: Activity,
}

impl<R: Respond> Service<Request<Incoming>> for Requests<R> {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let busy = self.activity.begin();
        let (responder, client) = (self.responder.clone(), self.client);
        Box::pin(async move {
            let _busy = busy;
            let is_head = request.method() == Method::HEAD;
            let answer = responder.respond(request, client).await;
            Ok(match is_head {
                true => answer::head_of(answer),
                false => answer,
            })
        })
    }
}
