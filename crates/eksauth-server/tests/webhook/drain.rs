//! The end of a server.

use std::time::Duration;

use eksauth_server::{Drained, WebhookLimits};
use tokio::net::TcpStream;

use crate::client::{BOTH, Protocol, request};
use crate::fake_authenticator::Step;
use crate::scene::{Scene, review};
use crate::stopped_time::{StoppedTime, settle};

const A_MOMENT: Duration = Duration::from_millis(10);

#[tokio::test]
async fn what_is_under_way_is_answered_and_nothing_else() {
    for protocol in BOTH {
        let scene = Scene::new();
        let served = scene.serve().await;
        let mut idle = served.client(protocol).await;
        assert_eq!(idle.review(review(None)).await.status, 200);
        let mut client = served.client(protocol).await;
        scene.authenticator.next(Step::AtTheGate);
        let asked = tokio::spawn(async move { client.review(review(None)).await });
        scene.authenticator.until_under_way(1).await;

        served.shutdown.cancel();
        served.until_connections(1).await;
        idle.until_closed().await;
        TcpStream::connect(served.address).await.unwrap_err();
        assert!(!asked.is_finished());

        scene.authenticator.open_gate();
        let reply = asked.await.unwrap();
        assert_eq!(reply.status, 200);
        let closes = (protocol == Protocol::Http1).then_some("close");
        assert_eq!(reply.header("connection"), closes);
        assert_eq!(served.stopped().await, Drained { cut: 0 });
    }
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        request_timeout: Duration::from_hours(1),
        ..WebhookLimits::default()
    };
    let drain_timeout = limits.drain_timeout;
    let served = scene.serve_within(limits).await;
    let time = StoppedTime::begin();
    let mut asked = Vec::new();
    for (number, protocol) in BOTH.into_iter().enumerate() {
        let mut client = served.client(protocol).await;
        scene.authenticator.next(Step::Never);
        let review = request("POST", "/authenticate", review(None));
        asked.push(tokio::spawn(async move { client.send(review).await }));
        scene.authenticator.until_under_way(number + 1).await;
    }
    served.shutdown.cancel();
    time.pass(drain_timeout - A_MOMENT).await;
    assert_eq!(served.metrics.connections(), 2);
    time.pass(2 * A_MOMENT).await;
    assert_eq!(served.stopped().await, Drained { cut: 2 });
    for review in asked {
        assert!(review.await.unwrap().is_err());
    }
    scene.authenticator.until_under_way(0).await;
}

#[tokio::test]
async fn half_a_request_does_not_hold_up_the_end() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut raw = served.raw(Protocol::Http1).await;
    raw.write("POST /authenticate HTTP/1.1\r\nhost:").await;
    let _silent = TcpStream::connect(served.address).await.unwrap();
    served.until_connections(2).await;
    served.shutdown.cancel();
    time.pass(Duration::from_secs(3)).await;
    assert_eq!(served.stopped().await, Drained { cut: 0 });
}

#[tokio::test]
async fn a_server_that_is_dropped_cuts_everything_at_once() {
    let scene = Scene::new();
    let served = scene.serve().await;
    // Nothing that follows waits for time to pass.
    let _time = StoppedTime::begin();
    let mut idle = served.client(Protocol::Http2).await;
    assert_eq!(idle.review(review(None)).await.status, 200);
    let _silent = TcpStream::connect(served.address).await.unwrap();
    let mut asked = Vec::new();
    for (number, protocol) in BOTH.into_iter().enumerate() {
        let mut client = served.client(protocol).await;
        scene.authenticator.next(Step::Never);
        let review = request("POST", "/authenticate", review(None));
        asked.push(tokio::spawn(async move { client.send(review).await }));
        scene.authenticator.until_under_way(number + 1).await;
    }
    // The first stop asks for an end, the second does not wait for it.
    served.shutdown.cancel();
    settle().await;
    assert_eq!(served.metrics.connections(), 2);
    served.drop_server();
    for review in asked {
        assert!(review.await.unwrap().is_err());
    }
    served.until_connections(0).await;
    scene.authenticator.until_under_way(0).await;
    TcpStream::connect(served.address).await.unwrap_err();
    idle.until_closed().await;
}

#[tokio::test]
async fn an_announcement_is_served_while_it_lasts() {
    let scene = Scene::new();
    let announcement = Duration::from_secs(5);
    let limits = WebhookLimits {
        announcement,
        ..WebhookLimits::default()
    };
    let served = scene.serve_within(limits).await;
    let time = StoppedTime::begin();
    served.shutdown.cancel();
    time.pass(announcement - A_MOMENT).await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        let reply = client.get("/readyz").await;
        assert_eq!(reply.status, 503);
        assert_eq!(
            reply.body,
            "not ready, missing: a server that is not shutting down\n"
        );
        assert_eq!(client.review(review(None)).await.status, 200);
    }
    time.pass(2 * A_MOMENT).await;
    assert_eq!(served.stopped().await, Drained { cut: 0 });
}
