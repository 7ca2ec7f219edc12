//! Clients that take their time.

use std::time::Duration;

use eksauth_server::{WebhookLimits, serve_health};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::client::{BOTH, Protocol};
use crate::fake_authenticator::{Step, granted};
use crate::scene::{Scene, Served, review};
use crate::stopped_time::{StoppedTime, settle};

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
    time.pass(FAREWELL + A_MOMENT).await;
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
    assert!(raw.has_nothing_yet(), "it was not waited for");
    time.pass(2 * A_MOMENT).await;
    let reply = raw.rest().await;
    assert!(reply.starts_with("HTTP/1.1 408 "), "{reply}");
    assert!(
        reply.ends_with("expected the request body within 10 s\n"),
        "{reply}"
    );
    assert!(scene.authenticator.asked().is_empty());
}

#[tokio::test]
async fn a_body_byte_by_byte_wins_no_time() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut raw = served.raw(Protocol::Http1).await;
    raw.write("POST /authenticate HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
        .await;
    for _ in 0..9 {
        raw.write("1\r\n \r\n").await;
        time.pass(Duration::from_secs(1)).await;
    }
    assert!(raw.has_nothing_yet(), "it was not waited for");
    raw.write("1\r\n \r\n").await;
    time.pass(limits().body_timeout - Duration::from_secs(9) + A_MOMENT)
        .await;
    let reply = raw.rest().await;
    assert!(reply.starts_with("HTTP/1.1 408 "), "{reply}");
    served.until_connections(0).await;
}

#[tokio::test]
async fn a_handshake_byte_by_byte_wins_no_time() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut slow = TcpStream::connect(served.address).await.unwrap();
    // A record of 512 bytes: a ClientHello that does not end.
    slow.write_all(&[0x16, 3, 1, 2, 0, 1]).await.unwrap();
    for _ in 0..9 {
        time.pass(Duration::from_secs(1)).await;
        slow.write_all(&[0]).await.unwrap();
    }
    let left = limits().handshake_timeout - Duration::from_secs(9);
    assert_lasts(&served, &time, left).await;
    assert_eq!(slow.read(&mut [0; 1]).await.unwrap_or(0), 0);
    let metrics = served.client(Protocol::Http2).await.get("/metrics").await;
    let name = "aws_iam_authenticator_webhook_limited_total";
    let series = format!("{name}{{limit=\"handshake_time\"}} 1\n");
    assert!(metrics.body.contains(&series), "{}", metrics.body);
}

#[tokio::test]
async fn answers_that_nobody_reads_are_not_kept_for_ever() {
    const ANSWERS: usize = 100;
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    // Together more than sockets hold.
    let mut decision = granted();
    let user = &mut decision.verdict.as_mut().unwrap().user;
    user.groups = vec!["x".repeat(512 * 1024)];
    for _ in 0..ANSWERS {
        scene.authenticator.decide(decision.clone());
    }
    let mut raw = served.raw(Protocol::Http1).await;
    let body = review(None);
    let head = format!(
        "POST /authenticate HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    raw.write((head + &body).repeat(ANSWERS)).await;
    let mut before = 0;
    loop {
        settle().await;
        let answered = scene.authenticator.asked().len();
        if answered > 0 && answered == before {
            break;
        }
        before = answered;
    }
    assert!(before < ANSWERS, "all {ANSWERS} answers were taken");
    assert_lasts(&served, &time, limits().idle_timeout).await;
    raw.rest().await;
    assert_eq!(scene.authenticator.asked().len(), before);
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
        client.until_closed().await;
    }
}

#[tokio::test]
async fn who_says_nothing_to_the_health_port_is_sent_home_soon() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let time = StoppedTime::begin();
    let server = tokio::spawn({
        let shutdown = shutdown.clone();
        async move { serve_health(listener, &shutdown).await }
    });
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut satisfied = TcpStream::connect(address).await.unwrap();
    satisfied
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    settle().await;
    let mut reply = [0; 512];
    let length = satisfied.read(&mut reply).await.unwrap();
    assert!(reply[..length].ends_with(b"\r\n\r\nok"));
    time.pass(Duration::from_secs(6)).await;
    time.pass(FAREWELL + A_MOMENT).await;
    for stream in [&mut silent, &mut satisfied] {
        assert_eq!(stream.read(&mut reply).await.unwrap_or(0), 0);
    }
    shutdown.cancel();
    server.await.unwrap();
}
