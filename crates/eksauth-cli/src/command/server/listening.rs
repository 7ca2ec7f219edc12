//! The ports that the server listens on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::failed::Failed;

/// The port of the webhook, without which there is no server.
pub(super) async fn webhook(address: SocketAddr) -> Result<TcpListener, Failed> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| Failed::new(format!("could not listen on {address}")).because(error))
}

/// The health port. It is no reason not to run that another process has it.
pub(super) async fn health(address: Option<SocketAddr>) -> Option<TcpListener> {
    let address = address?;
    match bind_any(address).await {
        Ok(listener) => {
            tracing::info!(%address, "listening for health probes");
            Some(listener)
        }
        Err(error) => {
            tracing::warn!(%address, %error, "there is no health port");
            None
        }
    }
}

/// Where there is no IPv6, all addresses are those of IPv4.
async fn bind_any(address: SocketAddr) -> io::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Err(_) if address.is_ipv6() && address.ip().is_unspecified() => {
            let all = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            TcpListener::bind(SocketAddr::new(all, address.port())).await
        }
        bound => bound,
    }
}
