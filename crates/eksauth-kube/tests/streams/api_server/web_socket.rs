//! From HTTP to a web socket.

use std::future::Future;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use axum::response::Response;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

pub(super) type WebSocket = WebSocketStream<TokioIo<Upgraded>>;

/// The newest protocol that clients offer: it can tell the end of a stream.
const PROTOCOL: &str = "v5.channel.k8s.io";

/// Switches over, and serves the other protocol when the client has.
pub(super) fn upgrade<F>(
    mut request: Request,
    serve: impl FnOnce(WebSocket) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send,
{
    let headers = request.headers();
    let offered = headers[SEC_WEBSOCKET_PROTOCOL].to_str().unwrap();
    assert!(offered.contains(PROTOCOL), "{offered}");
    let accept = derive_accept_key(headers[SEC_WEBSOCKET_KEY].as_bytes());
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async {
        let connection = TokioIo::new(upgraded.await.unwrap());
        serve(WebSocket::from_raw_socket(connection, Role::Server, None).await).await;
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, accept)
        .header(SEC_WEBSOCKET_PROTOCOL, PROTOCOL)
        .body(Body::empty())
        .unwrap()
}
