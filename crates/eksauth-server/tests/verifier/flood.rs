//! Tokens by the ten thousand.

use std::num::{NonZeroU32, NonZeroUsize};

use data_encoding::BASE64URL_NOPAD;
use eksauth_server::{Limits, VerifyError};

use crate::fake_sts::Answer;
use crate::scene::{Scene, StoppedTime, all, exposed};

const PLACES: usize = 100;

/// So many calls, and no more.
fn limits(calls: usize) -> Limits {
    Limits {
        remembered_identities: PLACES,
        remembered_rejections: PLACES,
        calls_per_second: NonZeroU32::MIN,
        burst: NonZeroU32::new(calls.try_into().unwrap()).unwrap(),
        max_concurrent_calls: NonZeroUsize::new(16).unwrap(),
        ..Limits::default()
    }
}

#[tokio::test]
async fn malformed_tokens_reach_nobody_and_leave_one_series() {
    let scene = Scene::new().await;
    let verifier = scene.verifier_with(limits(1));
    for number in 0..200_000 {
        let url = format!("https://sts.region-{number}.example.com/?Action={number}");
        let token = format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(url.as_bytes()));
        let verdict = verifier.verify(&token).await;
        assert!(matches!(verdict, Err(VerifyError::Token(_))), "{verdict:?}");
    }
    assert_eq!(scene.sts.tally().connections, 0);
    let text = exposed(&verifier);
    let series: Vec<_> = text.lines().filter(|it| !it.starts_with('#')).collect();
    assert_eq!(
        series,
        [
            r#"aws_iam_authenticator_verifications_total{result="invalid_token"} 200000"#,
            "aws_iam_authenticator_verifications_remembered_total 0",
            "aws_iam_authenticator_sts_calls_in_flight 0",
        ]
    );
}

#[tokio::test]
async fn refused_tokens_take_the_places_of_refusals_and_leave_identities_alone() {
    const TOKENS: usize = 20_000;
    const KNOWN: usize = 10;
    const CALLS: usize = KNOWN + TOKENS;
    let scene = Scene::new().await;
    let _time = StoppedTime::begin();
    let verifier = scene.verifier_with(limits(CALLS));
    let known: Vec<_> = (0..KNOWN).map(|_| scene.token()).collect();
    for token in &known {
        scene.verify(&verifier, token).await.unwrap();
    }
    scene.sts.otherwise(Answer::denied());
    let tokens: Vec<_> = (0..TOKENS).map(|_| scene.one_of_many_tokens()).collect();
    for some in tokens.chunks(200) {
        for verdict in all(some.iter().map(|token| verifier.verify(token))).await {
            let denied = matches!(verdict, Err(VerifyError::Denied { .. }));
            assert!(denied, "{verdict:?}");
        }
    }
    assert_eq!(scene.sts.tally().requests, CALLS);
    let connections = scene.sts.tally().connections;
    // Now and then one is made and not needed, because another became free meanwhile.
    assert!(connections <= 2 * 16, "{connections}");

    // All calls are used up: what still gets an answer is remembered.
    for token in &known {
        scene.verify(&verifier, token).await.unwrap();
    }
    let mut remembered = 0;
    for token in &tokens {
        match verifier.verify(token).await {
            Err(VerifyError::Denied { .. }) => remembered += 1,
            verdict => assert!(
                matches!(verdict, Err(VerifyError::Overloaded { .. })),
                "{verdict:?}"
            ),
        }
    }
    assert!((1..=PLACES).contains(&remembered), "{remembered}");
    assert_eq!(scene.sts.tally().requests, CALLS);

    let text = exposed(&verifier);
    let series = text.lines().filter(|it| !it.starts_with('#')).count();
    assert_eq!(series, 7, "{text}");
}
