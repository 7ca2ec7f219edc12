//! A command in a container: it says what it is, and then whatever is said to it.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::web_socket::WebSocket;

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STATUS: u8 = 3;
/// Followed by the channel that ends.
const CLOSE: u8 = 255;

pub(super) async fn serve(mut socket: WebSocket, kind: &str) {
    send(&mut socket, STDOUT, format!("{kind}\n").as_bytes()).await;
    while let Some(Ok(message)) = socket.next().await {
        match message.into_data().split_first() {
            Some((&STDIN, said)) => send(&mut socket, STDOUT, said).await,
            Some((&CLOSE, [STDIN])) => break,
            _ => {}
        }
    }
    let status = json!({ "apiVersion": "v1", "kind": "Status", "status": "Success" });
    send(&mut socket, STATUS, status.to_string().as_bytes()).await;
    // The client may have gone first.
    let _ = socket.close(None).await;
}

async fn send(socket: &mut WebSocket, channel: u8, bytes: &[u8]) {
    let message = [&[channel], bytes].concat();
    // The client may have gone.
    let _ = socket.send(Message::binary(message)).await;
}
