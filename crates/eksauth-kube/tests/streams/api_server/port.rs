//! A port of a container, behind which somebody answers in capitals.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::Message;

use super::web_socket::WebSocket;

const DATA: u8 = 0;
const ERROR: u8 = 1;

pub(super) async fn serve(mut socket: WebSocket, query: String) {
    let port = query
        .rsplit_once("ports=")
        .unwrap()
        .1
        .parse::<u16>()
        .unwrap();
    for channel in [DATA, ERROR] {
        let [low, high] = port.to_le_bytes();
        let first = Message::binary(vec![channel, low, high]);
        socket.send(first).await.unwrap();
    }
    while let Some(Ok(message)) = socket.next().await {
        if let Some((&DATA, said)) = message.into_data().split_first() {
            let answer = [&[DATA], &*said.to_ascii_uppercase()].concat();
            socket.send(Message::binary(answer)).await.unwrap();
        }
    }
}
