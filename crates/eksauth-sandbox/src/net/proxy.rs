//! The proxy that keeps AWS's host names inside the sandbox.

mod destination;
mod refusal;

use std::convert::Infallible;
use std::pin::Pin;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::Service;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use self::destination::Destination;
use self::refusal::Refusal;
use super::connections::{Connections, Slot};
use super::serve::{HttpService, Serving, serve_connections, serve_tls};
use super::text::text;
use super::{Authority, NetError};

/// Serves an HTTP proxy for `HTTPS_PROXY` until `shutdown` is cancelled.
///
/// | `CONNECT` to | leads to |
/// |---|---|
/// | an AWS host, port 443 | `aws`, over TLS with a certificate for that host |
/// | an AWS host, another port | 502 |
/// | where AWS machines find their credentials | 502 |
/// | any other host | that host, or 502 when it cannot be reached |
///
/// Any other method is refused: with 502 when it is meant for AWS, else with 501. Every refusal says
/// why in its body. Nothing of a request is logged.
///
/// # Errors
///
/// When the listener cannot tell its address, or the system gives no randomness for a certificate.
///
/// # Panics
///
/// Outside a tokio runtime.
pub(crate) fn proxy<S: HttpService>(
    listener: TcpListener,
    authority: &Authority,
    aws: S,
    shutdown: &CancellationToken,
) -> Result<Serving, NetError> {
    let connections = Connections::until(shutdown);
    let proxy = Proxy {
        tls: authority.aws_server_config()?.into(),
        aws,
        connections: connections.clone(),
    };
    serve_connections(listener, None, proxy, connections)
}

#[derive(Clone)]
struct Proxy<S> {
    tls: TlsAcceptor,
    aws: S,
    /// Those of the listener, so that tunnels count and end with them.
    connections: Connections,
}

impl<S: HttpService> Service<Request<Incoming>> for Proxy<S> {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let proxy = self.clone();
        Box::pin(async move {
            let answer = match proxy.open(request).await {
                Ok(()) => Response::default(),
                Err(refusal) => text(refusal.status(), refusal.to_string()),
            };
            Ok(answer)
        })
    }
}

impl<S: HttpService> Proxy<S> {
    /// Prepares the tunnel that begins after the answer.
    async fn open(self, request: Request<Incoming>) -> Result<(), Refusal> {
        let destination = Destination::of(&request)?;
        let slot = self.connections.try_slot().ok_or(Refusal::TooMany)?;
        match destination {
            Destination::Aws => self.play_aws(slot, hyper::upgrade::on(request)),
            Destination::Elsewhere(elsewhere) => {
                let target = elsewhere.connect().await?;
                self.tunnel(slot, hyper::upgrade::on(request), target);
            }
        }
        Ok(())
    }

    fn play_aws(self, slot: Slot, upgrade: OnUpgrade) {
        let Self {
            tls,
            aws,
            connections,
        } = self;
        let shutdown = connections.shutdown().clone();
        connections.spawn(slot, async move {
            if let Some(client) = upgraded(upgrade).await {
                serve_tls(client, &tls, aws, &shutdown).await;
            }
        });
    }

    fn tunnel(self, slot: Slot, upgrade: OnUpgrade, mut target: TcpStream) {
        let shutdown = self.connections.shutdown().clone();
        self.connections.spawn(slot, async move {
            let Some(mut client) = upgraded(upgrade).await else {
                return;
            };
            // The end of either direction is passed on, and both end the tunnel.
            let copied = tokio::io::copy_bidirectional(&mut client, &mut target);
            let _ = shutdown.run_until_cancelled(copied).await;
        });
    }
}

/// The client's bytes after the answer; none when it left before.
async fn upgraded(upgrade: OnUpgrade) -> Option<TokioIo<Upgraded>> {
    upgrade.await.ok().map(TokioIo::new)
}
