//! The connection below TLS: direct, to another place, or through a proxy.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::ConnectTo;
use super::proxy::Proxy;

const HTTPS_PORT: u16 = 443;

/// Connects to where a URI leads. TLS above it checks the name in the URI, wherever that was.
#[derive(Clone)]
pub(crate) struct Route {
    pub(super) tcp: HttpConnector,
    pub(super) proxy: Proxy,
    pub(super) connect_to: Arc<[ConnectTo]>,
}

type BoxError = Box<dyn Error + Send + Sync>;

impl Service<Uri> for Route {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        // Where the operator has said to connect, no proxy is asked.
        if let Some(target) = self.elsewhere(&destination) {
            return match target {
                Ok(target) => self.direct(target),
                Err(error) => Box::pin(async move { Err(error) }),
            };
        }
        match self.proxy.intercept(&destination) {
            None => self.direct(destination),
            Some(proxy) => {
                let tunnel = Tunnel::new(proxy.uri().clone(), self.tcp.clone());
                let mut tunnel = match proxy.basic_auth() {
                    Some(credentials) => tunnel.with_auth(credentials.clone()),
                    None => tunnel,
                };
                let connecting = tunnel.call(destination);
                Box::pin(async move { Ok(connecting.await?) })
            }
        }
    }
}

impl Route {
    fn elsewhere(&self, destination: &Uri) -> Option<Result<Uri, BoxError>> {
        let host = destination.host()?;
        let port = destination.port_u16().unwrap_or(HTTPS_PORT);
        let mut rules = self.connect_to.iter();
        let (host, port) = rules.find_map(|rule| rule.target(host, port))?;
        let uri = Uri::builder()
            .scheme("https")
            .authority(format!("{host}:{port}"))
            .path_and_query("/")
            .build();
        Some(uri.map_err(Into::into))
    }

    fn direct(&mut self, destination: Uri) -> <Self as Service<Uri>>::Future {
        let connecting = self.tcp.call(destination);
        Box::pin(async move { Ok(connecting.await?) })
    }
}
