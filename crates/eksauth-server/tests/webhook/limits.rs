//! Too much of something.

use std::io;

use eksauth_server::WebhookLimits;
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};

use crate::client::{BOTH, Client, Protocol, request};
use crate::fake_authenticator::Step;
use crate::scene::{Scene, review};

/// A body whose length is not known before its end.
fn chunked(
    chunk: usize,
    number: usize,
) -> hyper::Request<
    StreamBody<impl futures_util::Stream<Item = Result<Frame<Bytes>, io::Error>> + Send + 'static>,
> {
    let chunks = (0..number).map(move |_| Ok(Frame::data(Bytes::from(vec![b' '; chunk]))));
    let body = StreamBody::new(futures_util::stream::iter(chunks));
    request("POST", "/authenticate", "").map(|_| body)
}

#[tokio::test]
async fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        let mut longest = review(None);
        longest.push_str(&" ".repeat(64 * 1024 - longest.len()));
        assert_eq!(client.review(longest.clone()).await.status, 200);
        longest.push(' ');
        let reply = client.review(longest).await;
        assert_eq!(reply.status, 413);
        assert_eq!(
            reply.body,
            "expected a request body of at most 65536 bytes\n"
        );
    }
    assert_eq!(scene.authenticator.asked().len(), 2);
}

#[tokio::test]
async fn a_body_of_unknown_length_is_read_up_to_the_limit() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        // The rest of it is not read, so the client may find it cannot be sent before it reads 413.
        if let Ok(reply) = client.send(chunked(1024, 10_000)).await {
            assert_eq!(reply.status, 413);
        }
        let mut client = served.client(protocol).await;
        assert_eq!(client.send(chunked(1024, 65)).await.unwrap().status, 413);
    }
    assert!(scene.authenticator.asked().is_empty());
}

#[tokio::test]
async fn what_is_too_much_at_once_is_told_to_come_again() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_requests: 1,
        ..WebhookLimits::default()
    };
    let served = scene.serve_within(limits).await;
    let mut first = served.client(Protocol::Http2).await;
    let mut second = served.client(Protocol::Http1).await;
    scene.authenticator.next(Step::AtTheGate);
    let first = tokio::spawn(async move { first.review(review(None)).await });
    scene.authenticator.until_under_way(1).await;

    let reply = second.review(review(None)).await;
    assert_eq!(
        (reply.status, reply.header("retry-after")),
        (429, Some("1"))
    );
    assert_eq!(
        reply.body,
        r#"{"metadata":{},"spec":{},"status":{"user":{}}}"#
    );
    let reply = second
        .review(review(Some("authentication.k8s.io/v1")))
        .await;
    assert_eq!(reply.status, 429);
    let found = reply
        .body
        .contains(r#""apiVersion":"authentication.k8s.io/v1""#);
    assert!(found, "{}", reply.body);
    assert_eq!(second.get("/healthz").await.status, 200);

    scene.authenticator.open_gate();
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(second.review(review(None)).await.status, 200);
}

#[tokio::test]
async fn headers_that_are_too_long_are_refused() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        let mut long = request("POST", "/authenticate", review(None));
        let value = "x".repeat(20_000).parse().unwrap();
        long.headers_mut().insert("x-long", value);
        let refused = match client.send(long).await {
            Ok(reply) => reply.status == 431,
            // An HTTP/2 client reads the limit and need not try.
            Err(_) => true,
        };
        assert!(refused, "{protocol:?}");
    }
    assert!(scene.authenticator.asked().is_empty());
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for (number, status) in [(60, "200"), (65, "431")] {
        let mut raw = served.raw(Protocol::Http1).await;
        let headers = "x: y\r\n".repeat(number);
        raw.write(format!(
            "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n"
        ))
        .await;
        let reply = raw.rest().await;
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{reply}");
    }
}

#[tokio::test]
async fn one_connection_too_many_waits_for_another_to_end() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_connections: 1,
        ..WebhookLimits::default()
    };
    let served = scene.serve_within(limits).await;
    let mut first = served.client(Protocol::Http1).await;
    assert_eq!(first.review(review(None)).await.status, 200);

    let mut second = Box::pin(async {
        let mut client = served.client(Protocol::Http1).await;
        client.review(review(None)).await.status
    });
    // As far as it gets while the first is still used.
    for _ in 0..100 {
        assert!(futures_util::poll!(&mut second).is_pending());
        assert_eq!(first.get("/healthz").await.status, 200);
    }
    drop(first);
    assert_eq!(second.await, 200);
}

#[tokio::test]
async fn a_panic_ends_its_request_and_no_other() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut bystander = served.client(protocol).await;
        assert_eq!(bystander.review(review(None)).await.status, 200);
        let mut client = served.client(protocol).await;
        scene.authenticator.next(Step::Panic);
        let broken = client
            .send(request("POST", "/authenticate", review(None)))
            .await;
        assert!(broken.is_err());
        assert_eq!(bystander.review(review(None)).await.status, 200);
        let mut newcomer = served.client(protocol).await;
        assert_eq!(newcomer.review(review(None)).await.status, 200);
    }
    assert_eq!(served.metrics.requests_in_flight(), 0);
}

#[tokio::test]
async fn a_decision_for_which_nobody_waits_is_not_made() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client: Client = served.client(protocol).await;
        scene.authenticator.next(Step::Never);
        let asked = tokio::spawn(async move { client.review(review(None)).await });
        scene.authenticator.until_under_way(1).await;
        asked.abort();
        scene.authenticator.until_under_way(0).await;
    }
    assert_eq!(served.metrics.requests_in_flight(), 0);
}
