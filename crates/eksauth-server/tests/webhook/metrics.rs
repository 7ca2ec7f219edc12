//! What Prometheus reads.

use std::collections::BTreeMap;

use eksauth_server::WebhookLimits;

use crate::client::{BOTH, Client, Protocol, request};
use crate::fake_authenticator::{DENIALS, Step};
use crate::scene::{NOW, Scene, review};
use crate::stopped_time::StoppedTime;

/// The series of one name, and their values.
async fn series(client: &mut Client, name: &str) -> BTreeMap<String, String> {
    let reply = client.get("/metrics").await;
    assert_eq!(
        reply.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    assert!(reply.body.ends_with("# EOF\n"));
    let lines = reply.body.lines().filter_map(|line| line.rsplit_once(' '));
    lines
        .filter(|(series, _)| series.split('{').next() == Some(name))
        .map(|(series, value)| (series.to_owned(), value.to_owned()))
        .collect()
}

#[tokio::test]
async fn each_request_is_counted_under_its_result() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        client.review(review(None)).await;
        client.get("/authenticate").await;
        client.review("no review").await;
        client.review(" ".repeat(70_000)).await;
        let mut client = served.client(protocol).await;
        for (class, _, _) in DENIALS {
            scene.authenticator.deny(class);
            client.review(review(None)).await;
        }
    }
    let mut client = served.client(Protocol::Http2).await;
    let name = "aws_iam_authenticator_authenticate_latency_seconds_count";
    let expected: BTreeMap<_, _> = [
        ("success", "2"),
        ("malformed_request", "6"),
        ("invalid_token", "2"),
        ("sts_error", "4"),
        ("sts_throttling", "2"),
        ("overloaded", "2"),
        ("timed_out", "2"),
        ("uknown_user", "4"),
    ]
    .map(|(result, count)| (format!(r#"{name}{{result="{result}"}}"#), count.to_owned()))
    .into();
    assert_eq!(series(&mut client, name).await, expected);
}

#[tokio::test]
async fn the_buckets_are_those_that_dashboards_know() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut client = served.client(Protocol::Http2).await;
    client.review(review(None)).await;
    let name = "aws_iam_authenticator_authenticate_latency_seconds_bucket";
    let found = series(&mut client, name).await;
    let limits = [
        "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf",
    ];
    let expected: BTreeMap<_, _> = limits
        .map(|le| format!(r#"{name}{{le="{le}",result="success"}}"#))
        .map(|series| (series, "1".to_owned()))
        .into();
    assert_eq!(found.len(), expected.len());
    for series in expected.keys() {
        assert!(found.contains_key(series), "no {series} in {found:?}");
    }
}

#[tokio::test]
async fn a_decision_is_timed_from_the_head_of_its_request() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let mut client = served.client(Protocol::Http1).await;
    scene.authenticator.next(Step::AtTheGate);
    let asked = tokio::spawn(async move {
        client.review(review(None)).await;
        client
    });
    scene.authenticator.until_under_way(1).await;
    time.pass(std::time::Duration::from_millis(1_500)).await;
    scene.authenticator.open_gate();
    let mut client = asked.await.unwrap();
    let name = "aws_iam_authenticator_authenticate_latency_seconds_sum";
    let sums = series(&mut client, name).await;
    let sum: f64 = sums[&format!(r#"{name}{{result="success"}}"#)]
        .parse()
        .unwrap();
    assert!((sum - 1.5).abs() < 1e-6, "{sum}");
}

#[tokio::test]
async fn what_goes_on_and_what_was_limited_is_counted() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_requests: 0,
        ..WebhookLimits::default()
    };
    let served = scene.serve_within(limits).await;
    let mut client = served.client(Protocol::Http2).await;
    let refused = client.send(request("POST", "/authenticate", review(None)));
    assert_eq!(refused.await.unwrap().status, 429);
    for (name, value) in [
        ("aws_iam_authenticator_webhook_requests_in_flight", "0"),
        ("aws_iam_authenticator_webhook_connections", "1"),
    ] {
        let expected = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        assert_eq!(series(&mut client, name).await, expected);
    }
    let limited = series(&mut client, "aws_iam_authenticator_webhook_limited_total").await;
    let requests = r#"aws_iam_authenticator_webhook_limited_total{limit="requests"}"#;
    assert_eq!(
        limited,
        BTreeMap::from([(requests.to_owned(), "1".to_owned())])
    );
}

#[tokio::test]
async fn the_end_of_the_certificate_is_told() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut client = served.client(Protocol::Http1).await;
    let name = "aws_iam_authenticator_webhook_certificate_expiry_timestamp_seconds";
    let ten_years = 10 * 365 * 24 * 3600;
    let expected = BTreeMap::from([(name.to_owned(), (NOW + ten_years).to_string())]);
    assert_eq!(series(&mut client, name).await, expected);
}
