//! Servers that always come to an end.

mod accept;
mod connection;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join;
use hyper::Request;
use hyper::body::Incoming;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::answer::Answer;
use super::{WebhookLimits, WebhookMetrics};
use crate::CertificateStore;

/// What answers requests.
pub(super) trait Respond: Clone + Send + Sync + 'static {
    fn respond(
        &self,
        request: Request<Incoming>,
        client: SocketAddr,
    ) -> impl Future<Output = Answer> + Send;
}

/// A server of one listener.
pub(super) struct Serving<R> {
    pub(super) responder: R,
    /// None for plain HTTP.
    pub(super) certificates: Option<CertificateStore>,
    pub(super) limits: Arc<WebhookLimits>,
    pub(super) metrics: WebhookMetrics,
}

/// How a server has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that had not ended when the time was over, and were cut.
    pub cut: usize,
}

/// The connections of a listener.
struct Connections {
    slots: Arc<Semaphore>,
    tasks: TaskTracker,
    /// Connections finish what is under way.
    closing: CancellationToken,
    /// Connections end at once.
    cut: CancellationToken,
    number_cut: Arc<AtomicUsize>,
}

impl<R: Respond> Serving<R> {
    /// Serves until `shutdown` is cancelled, and then ends within the limits. Connections are tasks
    /// of their own, and are cut when this future is dropped.
    pub(super) async fn until(
        self,
        listener: TcpListener,
        shutdown: &CancellationToken,
    ) -> Drained {
        let connections = Connections::up_to(self.limits.max_connections);
        let _cut_when_dropped = connections.cut.clone().drop_guard();
        let announcement = async {
            shutdown.cancelled().await;
            // Without one the listener closes at once, and not at the timer's next tick.
            if !self.limits.announcement.is_zero() {
                sleep(self.limits.announcement).await;
            }
            connections.closing.cancel();
        };
        join(self.accept_all(listener, &connections), announcement).await;
        connections.end(self.limits.drain_timeout).await
    }

    /// Takes connections until they are told to close.
    async fn accept_all(&self, listener: TcpListener, connections: &Connections) {
        // The slot comes first, so that who is too many waits in the backlog of the listener.
        while let Some(slot) = connections.slot(&self.metrics).await {
            let accepted = accept::next(&listener);
            let Some((stream, client)) = connections.closing.run_until_cancelled(accepted).await
            else {
                return;
            };
            let counted = self.metrics.connection_begins();
            let connection = self.connection(stream, client, connections);
            connections.spawn(async move {
                let _held = (slot, counted);
                connection.await;
            });
        }
    }

    /// One connection, from its first byte to its last.
    fn connection(
        &self,
        stream: TcpStream,
        client: SocketAddr,
        connections: &Connections,
    ) -> impl Future<Output = ()> + Send + use<R> {
        let tls = self.certificates.as_ref().map(|it| it.server_config());
        let connection = connection::Connection {
            responder: self.responder.clone(),
            limits: Arc::clone(&self.limits),
            metrics: self.metrics.clone(),
            client,
            closing: connections.closing.clone(),
        };
        async move {
            match tls {
                Some(tls) => connection.serve_tls(stream, tls).await,
                None => connection.serve_http1(stream).await,
            }
        }
    }
}

impl Connections {
    fn up_to(limit: usize) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
            cut: CancellationToken::new(),
            number_cut: Arc::default(),
        }
    }

    /// Waits until another connection is allowed; `None` once no more are.
    async fn slot(&self, metrics: &WebhookMetrics) -> Option<accept::Slot> {
        if self.slots.available_permits() == 0 {
            metrics.limited(super::metrics::Bound::Connections);
        }
        let slot = Arc::clone(&self.slots).acquire_owned();
        self.closing.run_until_cancelled(slot).await?.ok()
    }

    fn spawn(&self, connection: impl Future<Output = ()> + Send + 'static) {
        let (cut, number_cut) = (self.cut.clone(), Arc::clone(&self.number_cut));
        self.tasks.spawn(async move {
            if cut.run_until_cancelled_owned(connection).await.is_none() {
                number_cut.fetch_add(1, Ordering::Relaxed);
            }
        });
    }

    /// Waits for connections that were told to close, and after that time cuts the rest.
    async fn end(&self, within: Duration) -> Drained {
        self.tasks.close();
        if timeout(within, self.tasks.wait()).await.is_err() {
            self.cut.cancel();
            self.tasks.wait().await;
        }
        Drained {
            cut: self.number_cut.load(Ordering::Relaxed),
        }
    }
}
