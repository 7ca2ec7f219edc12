//! A wire between a client and a server, which can be cut.

use std::net::SocketAddr;

use http::Uri;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Carries bytes, until it is cut. Whoever connects afterwards gets through again.
pub(crate) struct Wire {
    address: SocketAddr,
    cuts: watch::Sender<()>,
}

impl Wire {
    pub(crate) async fn to(server: &Uri) -> Self {
        let server = server.authority().unwrap().to_string();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let wire = Self {
            address: listener.local_addr().unwrap(),
            cuts: watch::Sender::new(()),
        };
        let cuts = wire.cuts.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(client, server, cuts.subscribe()));
            }
        });
        wire
    }

    /// Where the server seems to be.
    pub(crate) fn url(&self) -> Uri {
        format!("https://{}", self.address).parse().unwrap()
    }

    /// Cuts all connections.
    pub(crate) fn cut(&self) {
        self.cuts.send_replace(());
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, mut cut: watch::Receiver<()>) {
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = cut.changed() => {}
    }
}
