//! Clients that take their time.

use std::time::Duration;

use eksauth_server::WebhookLimits;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::client::{BOTH, Protocol};
use crate::fake_authenticator::Step;
use crate::scene::{Scene, Served, review};
use crate::stopped_time::StoppedTime;

/// The preface, and empty settings.
const HTTP2_HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

/// HEADERS of stream 1 without their end.
const HTTP2_HALF_A_HEAD: &[u8] = b"\x00\x00\x01\x01\x00\x00\x00\x00\x01\x82";

const HTTP1_HALF_A_HEAD: &[u8] = b"POST /authenticate HTTP/1.1\r\nhost: a\r\nx-";

const A_MOMENT: Duration = Duration::from_millis(10);

/// How long a connection that is told to close is left to it.
const FAREWELL: Duration = Duration::from_secs(2);

fn limits() -> WebhookLimits {
    WebhookLimits::default()
}

/// The only connection lasts so long, and no longer than the farewell after that.
async fn assert_lasts(served: &Served, time: &StoppedTime, limit: Duration) {
    time.pass(limit - A_MOMENT).await;
    assert_eq!(served.metrics.connections(), 1, "it ended early");
    time.pass(2 * A_MOMENT).await;
    time.pass(FAREWELL).await;
    served.until_connections(0).await;
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_not_waited_for() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut silent = TcpStream::connect(served.address).await.unwrap();
    served.until_connections(1).await;
    assert_lasts(&served, &time, limits().handshake_timeout).await;
    assert_eq!(silent.read(&mut [0; 1]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn a_request_that_does_not_come_is_not_waited_for() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    for (protocol, beginning) in [
        (Protocol::Http1, vec![]),
        (Protocol::Http1, HTTP1_HALF_A_HEAD.to_vec()),
        (Protocol::Http2, vec![]),
        (Protocol::Http2, HTTP2_HELLO.to_vec()),
        (Protocol::Http2, [HTTP2_HELLO, HTTP2_HALF_A_HEAD].concat()),
    ] {
        let mut raw = served.raw(protocol).await;
        raw.write(beginning).await;
        assert_lasts(&served, &time, limits().header_timeout).await;
        raw.rest().await;
    }
    assert!(scene.authenticator.asked().is_empty());
}

#[tokio::test]
async fn headers_byte_by_byte_win_no_time() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut raw = served.raw(Protocol::Http1).await;
    raw.write("POST /authenticate HTTP/1.1\r\nx: ").await;
    for _ in 0..9 {
        time.pass(Duration::from_secs(1)).await;
        raw.write("x").await;
    }
    assert_lasts(
        &served,
        &time,
        limits().header_timeout - Duration::from_secs(9),
    )
    .await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut raw = served.raw(Protocol::Http1).await;
    raw.write("POST /authenticate HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{")
        .await;
    time.pass(limits().body_timeout - A_MOMENT).await;
    assert_eq!(served.metrics.requests_in_flight(), 1);
    time.pass(2 * A_MOMENT).await;
    assert_eq!(served.metrics.requests_in_flight(), 0);
    let reply = raw.rest().await;
    assert!(reply.starts_with("HTTP/1.1 408 "), "{reply}");
    assert!(
        reply.ends_with("expected the request body within 10 s\n"),
        "{reply}"
    );
    assert!(scene.authenticator.asked().is_empty());
}

#[tokio::test]
async fn a_decision_that_does_not_come_is_not_waited_for() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        scene.authenticator.next(Step::Never);
        let asked = tokio::spawn(async move { client.review(review(None)).await });
        scene.authenticator.until_under_way(1).await;
        time.pass(limits().request_timeout - A_MOMENT).await;
        assert!(!asked.is_finished());
        time.pass(2 * A_MOMENT).await;
        let reply = asked.await.unwrap();
        assert_eq!(reply.status, 504);
        assert_eq!(
            reply.body,
            r#"{"metadata":{},"spec":{},"status":{"user":{}}}"#
        );
        scene.authenticator.until_under_way(0).await;
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_two_minutes_between_requests() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        for _ in 0..3 {
            assert_eq!(client.review(review(None)).await.status, 200);
            time.pass(limits().idle_timeout - A_MOMENT).await;
        }
        assert_eq!(client.review(review(None)).await.status, 200);
        assert_lasts(&served, &time, limits().idle_timeout).await;
        assert!(!client.is_open().await, "{protocol:?}");
    }
}
