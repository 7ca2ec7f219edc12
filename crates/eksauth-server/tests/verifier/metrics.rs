//! What Prometheus reads.

use std::collections::BTreeMap;

use eksauth_server::{ConnectTo, VerifyError};
use eksauth_token::EndpointOptions;

use crate::fake_sts::Answer;
use crate::scene::{Scene, exposed};

/// The series and their values.
fn series(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.rsplit_once(' ')).collect()
}

#[tokio::test]
async fn answers_are_counted_under_the_incumbents_names_and_labels() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let legacy_global = EndpointOptions {
        legacy_global: true,
        ..EndpointOptions::default()
    };
    let token = scene.token();
    scene.verify(&verifier, &token).await.unwrap();
    scene.verify(&verifier, &token).await.unwrap();
    let global = scene.token_for("us-east-1", legacy_global);
    scene.verify(&verifier, &global).await.unwrap();
    for answer in [
        Answer::denied(),
        Answer::error(400, "Throttling"),
        Answer::status(503, ""),
        Answer::status(302, ""),
        Answer::hang_up(),
    ] {
        scene.sts.next(answer);
        scene.verify(&verifier, &scene.token()).await.unwrap_err();
    }
    scene.verify(&verifier, "no token").await.unwrap_err();

    let text = exposed(&verifier);
    let expected = BTreeMap::from([
        (
            r#"aws_iam_authenticator_sts_responses_total{ResponseCode="200",StsRegion="eu-west-1"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_sts_responses_total{ResponseCode="200",StsRegion="global"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_sts_responses_total{ResponseCode="403",StsRegion="eu-west-1"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_sts_responses_total{ResponseCode="400",StsRegion="eu-west-1"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_sts_responses_total{ResponseCode="503",StsRegion="eu-west-1"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_sts_responses_total{ResponseCode="302",StsRegion="eu-west-1"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_sts_throttling_total{StsRegion="eu-west-1"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_sts_connection_failures_total{StsRegion="eu-west-1"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_verifications_total{result="success"}"#,
            "3",
        ),
        (
            r#"aws_iam_authenticator_verifications_total{result="denied"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_verifications_total{result="throttled"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_verifications_total{result="unavailable"}"#,
            "2",
        ),
        (
            r#"aws_iam_authenticator_verifications_total{result="unexpected_answer"}"#,
            "1",
        ),
        (
            r#"aws_iam_authenticator_verifications_total{result="invalid_token"}"#,
            "1",
        ),
        ("aws_iam_authenticator_verifications_remembered_total", "1"),
        ("aws_iam_authenticator_sts_calls_in_flight", "0"),
    ]);
    assert_eq!(series(&text), expected, "{text}");
    for (name, kind) in [
        ("sts_responses", "counter"),
        ("sts_throttling", "counter"),
        ("sts_connection_failures", "counter"),
        ("sts_calls_in_flight", "gauge"),
    ] {
        let line = format!("# TYPE aws_iam_authenticator_{name} {kind}");
        assert!(text.lines().any(|it| it == line), "{text}");
    }
}

#[tokio::test]
async fn regions_where_nothing_answers_are_one_label() {
    let scene = Scene::new().await;
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let port = scene.sts.address().port();
    let ireland = format!("sts.eu-west-1.amazonaws.com:443:127.0.0.1:{port}");
    let connection = scene
        .trusting()
        .with_connect_to(ireland.parse().unwrap())
        .with_connect_to(ConnectTo::everything_to(gone));
    let verifier = scene.verifier_over(connection);
    scene.verify(&verifier, &scene.token()).await.unwrap();
    for number in 0..150 {
        let token = scene.token_in(&format!("eu-nowhere-{number}"));
        let verdict = verifier.verify(&token).await;
        let unavailable = matches!(verdict, Err(VerifyError::Unavailable(_)));
        assert!(unavailable, "{verdict:?}");
    }
    let text = exposed(&verifier);
    let name = "aws_iam_authenticator_sts_connection_failures_total";
    let failures: Vec<_> = series(&text)
        .into_iter()
        .filter(|(series, _)| series.starts_with(name))
        .collect();
    let other = format!(r#"{name}{{StsRegion="other"}}"#);
    assert_eq!(failures, [(other.as_str(), "150")]);
}

#[tokio::test]
async fn the_calls_in_flight_are_counted_while_they_are() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let gate = crate::fake_sts::Gate::default();
    scene.sts.next(Answer::role().after(&gate));
    assert_eq!(verifier.metrics().calls_in_flight(), 0);
    let call = scene.verifying(&verifier, &scene.token());
    scene.sts.until(|tally| tally.requests >= 1).await;
    assert_eq!(verifier.metrics().calls_in_flight(), 1);
    gate.open();
    scene.ended(call).await.unwrap();
    assert_eq!(verifier.metrics().calls_in_flight(), 0);
}
