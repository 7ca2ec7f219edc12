//! Single servers.

use http_body_util::Full;
use hyper::{Request, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Fixture;
use super::client::{body, fetch, get, http, tcp, tls};

#[tokio::test]
async fn https_on_a_loopback_address_is_trusted() {
    let sandbox = Fixture::start().await;
    let server = sandbox.https_server().await.local_addr();
    for name in ["127.0.0.1", "localhost"] {
        let stream = tls(&sandbox.authority, tcp(server).await, name).await;
        let mut client = http(stream.unwrap()).await;
        assert_eq!(
            fetch(&mut client, name, "/a?b=c").await,
            format!("{name} /a?b=c 0")
        );
    }
    let other = tls(&sandbox.authority, tcp(server).await, "sts.amazonaws.com").await;
    assert!(other.is_err(), "the certificate is not for that name");
}

#[tokio::test]
async fn an_outage_closes_the_connection_without_an_answer() {
    let sandbox = Fixture::start().await;
    let server = sandbox.http_server().await.local_addr();
    let mut stream = tcp(server).await;
    let request = b"GET /outage HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.is_empty());
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused() {
    let sandbox = Fixture::start().await;
    let server = sandbox.http_server().await.local_addr();
    for (size, status) in [
        (1024 * 1024, StatusCode::OK),
        (1024 * 1024 + 1, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let mut client = http(tcp(server).await).await;
        let request = Request::post("/").header("host", "a");
        let request = request.body(Full::from(vec![b'a'; size])).unwrap();
        let answer = client.send_request(request).await.unwrap();
        assert_eq!(answer.status(), status, "{size}");
    }
}

#[tokio::test]
async fn garbage_in_place_of_a_handshake_harms_nobody_else() {
    let sandbox = Fixture::start().await;
    let server = sandbox.https_server().await.local_addr();
    let mut garbage = tcp(server).await;
    garbage.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut alert = Vec::new();
    // The end may come as a reset.
    let _ = garbage.read_to_end(&mut alert).await;
    drop(tcp(server).await);

    let stream = tls(&sandbox.authority, tcp(server).await, "localhost").await;
    let mut client = http(stream.unwrap()).await;
    assert_eq!(fetch(&mut client, "localhost", "/").await, "localhost / 0");
}

#[tokio::test]
async fn a_router_is_a_service_too() {
    let sandbox = Fixture::start().await;
    let router = axum::Router::new().route("/", axum::routing::get(async || "routed"));
    let router = hyper_util::service::TowerToHyperService::new(router);
    let listener = super::listener().await;
    let server = super::serve(listener, None, router, &sandbox.shutdown).unwrap();
    let mut client = http(tcp(server.local_addr()).await).await;
    let answer = client.send_request(get("a", "/")).await.unwrap();
    assert_eq!(body(answer).await, "routed");
}
