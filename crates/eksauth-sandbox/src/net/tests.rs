//! Real sockets on loopback, with a client whose connections the tests hold in their hands.

mod client;
mod names;
mod programs;
mod proxying;
mod serving;
mod shutdown;

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use hyper::body::Bytes;
use hyper::header::HOST;
use hyper::{Request, Response};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::serve::HttpService;
use super::{Authority, Serving, proxy, serve, whole};

/// The clients of these tests look at the clock of the machine, so the certificates must too.
fn authority() -> Authority {
    let now = Timestamp::try_from(SystemTimeSource::new().now()).unwrap();
    Authority::new(now).unwrap()
}

async fn listener() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap()
}

/// Says what it was asked for; hangs up on `/outage`.
fn echo() -> impl HttpService {
    whole(|request: Request<Bytes>| async move {
        if request.uri().path() == "/outage" {
            return None;
        }
        let host = request.headers()[HOST].to_str().unwrap();
        let said = format!("{host} {} {}", request.uri(), request.body().len());
        Some(Response::new(said.into()))
    })
}

/// A proxy in front of [`echo`], and what is needed to use it. All ends with the test's runtime.
struct Fixture {
    authority: Authority,
    proxy: Serving,
    shutdown: CancellationToken,
}

impl Fixture {
    async fn start() -> Self {
        let (authority, shutdown) = (authority(), CancellationToken::new());
        let proxy = proxy(listener().await, &authority, echo(), &shutdown).unwrap();
        Self {
            authority,
            proxy,
            shutdown,
        }
    }

    /// A server of its own beside the proxy, over TLS.
    async fn https_server(&self) -> Serving {
        let tls = self
            .authority
            .server_config_for(&["127.0.0.1", "localhost"]);
        serve(listener().await, Some(tls.unwrap()), echo(), &self.shutdown).unwrap()
    }

    /// A server of its own beside the proxy, without TLS.
    async fn http_server(&self) -> Serving {
        serve(listener().await, None, echo(), &self.shutdown).unwrap()
    }
}
