//! A proxy on loopback that leads to the stand-in, and keeps what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// It runs as long as the runtime of its test.
pub(crate) struct FakeProxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl FakeProxy {
    /// Connects to `target` whatever it is asked for.
    pub(crate) async fn to(target: SocketAddr) -> Self {
        Self::start(Some(target), "200 connected").await
    }

    /// Refuses with this status.
    pub(crate) async fn refusing(status: &'static str) -> Self {
        Self::start(None, status).await
    }

    async fn start(target: Option<SocketAddr>, status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    // Either side's leaving ends it.
                    let _ = tunnel(client, target, status, &kept).await;
                });
            }
        });
        Self { address, asked }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The heads of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn tunnel(
    mut client: TcpStream,
    target: Option<SocketAddr>,
    status: &str,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    asked.lock().unwrap().push(String::from_utf8(head).unwrap());
    let answer = format!("HTTP/1.1 {status}\r\n\r\n");
    client.write_all(answer.as_bytes()).await?;
    if let Some(target) = target {
        let mut sts = TcpStream::connect(target).await?;
        copy_bidirectional(&mut client, &mut sts).await?;
    }
    Ok(())
}
