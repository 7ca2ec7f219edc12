//! The next connection, whatever becomes of those before it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::sleep;

/// How long to wait when the process is out of file descriptors and the like.
const PAUSE: Duration = Duration::from_millis(200);

/// The right to be one of the connections; it ends when dropped.
pub(super) type Slot = OwnedSemaphorePermit;

pub(super) async fn next(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, client)) => {
                // Small answers go out at once. Without this they still go out.
                let _ = stream.set_nodelay(true);
                return (stream, client);
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                // Such as EMFILE, which stays until some other connection ends.
                tracing::warn!(%error, "cannot accept connections for the moment");
                sleep(PAUSE).await;
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
