//! Many callers at once.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use eksauth_server::{Limits, Outage, VerifyError};

use crate::fake_sts::{Answer, Gate};
use crate::scene::{Scene, StoppedTime, exposed, settle};

#[tokio::test]
async fn a_thousand_equal_tokens_at_once_are_one_call() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    let gate = Gate::default();
    scene.sts.next(Answer::role().after(&gate));
    let callers: Vec<_> = (0..1_000)
        .map(|_| scene.verifying(&verifier, &token))
        .collect();
    scene.sts.until(|tally| tally.requests >= 1).await;
    settle().await;
    assert_eq!(verifier.metrics().calls_in_flight(), 1);
    gate.open();
    for caller in callers {
        let identity = caller.await.unwrap().unwrap();
        assert_eq!(identity.session_name(), "bob@example.com");
    }
    assert_eq!(scene.sts.tally().requests, 1);
    assert_eq!(scene.sts.tally().connections, 1);
    assert_eq!(verifier.metrics().calls_in_flight(), 0);
}

#[tokio::test]
async fn a_failed_call_is_shared_too() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    let gate = Gate::default();
    scene.sts.next(Answer::status(503, "").after(&gate));
    let callers: Vec<_> = (0..100)
        .map(|_| scene.verifying(&verifier, &token))
        .collect();
    scene.sts.until(|tally| tally.requests >= 1).await;
    settle().await;
    gate.open();
    for caller in callers {
        let outage = VerifyError::Unavailable(Outage::Server { status: 503 });
        assert_eq!(scene.ended(caller).await, Err(outage));
    }
    assert_eq!(scene.sts.tally().requests, 1);
}

#[tokio::test]
async fn no_more_calls_than_allowed_are_made_at_once_and_all_are_made() {
    let scene = Scene::new().await;
    let verifier = scene.verifier_with(Limits {
        max_concurrent_calls: NonZeroUsize::new(3).unwrap(),
        ..Limits::default()
    });
    scene.verify(&verifier, &scene.token()).await.unwrap();
    let gate = Gate::default();
    scene.sts.otherwise(Answer::role().after(&gate));
    let callers: Vec<_> = (0..10)
        .map(|_| scene.verifying(&verifier, &scene.token()))
        .collect();
    scene.sts.until(|tally| tally.requests >= 4).await;
    settle().await;
    assert_eq!(scene.sts.tally().requests, 4);
    assert_eq!(verifier.metrics().calls_in_flight(), 10);
    gate.open();
    for caller in callers {
        scene.ended(caller).await.unwrap();
    }
    assert_eq!(scene.sts.tally().requests, 11);
    assert_eq!(scene.sts.tally().connections, 3);
}

#[tokio::test]
async fn few_calls_are_made_at_once_where_sts_has_not_answered_yet() {
    let scene = Scene::new().await;
    let verifier = scene.verifier_with(Limits {
        max_concurrent_calls: NonZeroUsize::new(16).unwrap(),
        ..Limits::default()
    });
    scene.verify(&verifier, &scene.token()).await.unwrap();
    let gate = Gate::default();
    scene.sts.otherwise(Answer::role().after(&gate));
    let strangers: Vec<_> = (0..16)
        .map(|_| scene.verifying(&verifier, &scene.token_in("us-east-1")))
        .collect();
    scene.sts.until(|tally| tally.requests >= 3).await;
    settle().await;
    assert_eq!(scene.sts.tally().requests, 3);
    // They hold nobody up where it has.
    let known = scene.verifying(&verifier, &scene.token());
    scene.sts.until(|tally| tally.requests >= 4).await;
    gate.open();
    scene.ended(known).await.unwrap();
    for stranger in strangers {
        scene.ended(stranger).await.unwrap();
    }
}

#[tokio::test]
async fn beyond_the_tokens_in_flight_a_token_is_refused_until_one_has_landed() {
    let scene = Scene::new().await;
    let verifier = scene.verifier_with(Limits {
        max_in_flight: 2,
        ..Limits::default()
    });
    let gate = Gate::default();
    scene.sts.otherwise(Answer::role().after(&gate));
    let token = scene.token();
    let first = scene.verifying(&verifier, &token);
    let second = scene.verifying(&verifier, &scene.token());
    scene.sts.until(|tally| tally.requests >= 2).await;

    let third = scene.token();
    let refused = VerifyError::Overloaded {
        retry_after: Duration::from_secs(1),
    };
    assert_eq!(scene.verify(&verifier, &third).await, Err(refused));
    // A token that is in flight already takes no place.
    let joined = scene.verifying(&verifier, &token);
    settle().await;
    assert!(!joined.is_finished());

    gate.open();
    for caller in [first, second, joined] {
        scene.ended(caller).await.unwrap();
    }
    scene.verify(&verifier, &third).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 3);
}

#[tokio::test]
async fn beyond_the_rate_a_token_is_refused_until_its_time_comes() {
    let scene = Scene::new().await;
    let time = StoppedTime::begin();
    let verifier = scene.verifier_with(Limits {
        calls_per_second: NonZeroU32::new(2).unwrap(),
        burst: NonZeroU32::new(3).unwrap(),
        ..Limits::default()
    });
    let known = scene.token();
    scene.verify(&verifier, &known).await.unwrap();
    for _ in 0..2 {
        scene.verify(&verifier, &scene.token()).await.unwrap();
    }
    let token = scene.token();
    let verdict = scene.verify(&verifier, &token).await;
    let retry_after = Duration::from_millis(500);
    assert_eq!(verdict, Err(VerifyError::Overloaded { retry_after }));
    assert_eq!(scene.sts.tally().requests, 3);
    // What is remembered costs no call.
    scene.verify(&verifier, &known).await.unwrap();

    time.pass(retry_after).await;
    scene.verify(&verifier, &token).await.unwrap();
}

#[tokio::test]
async fn verifiers_that_share_have_one_rate_and_count_together() {
    let scene = Scene::new().await;
    let _time = StoppedTime::begin();
    let one = NonZeroU32::MIN;
    let first = scene.verifier_with(Limits {
        calls_per_second: one,
        burst: one,
        ..Limits::default()
    });
    let second = scene.verifier_sharing(&first);
    scene.verify(&first, &scene.token()).await.unwrap();
    let verdict = scene.verify(&second, &scene.token()).await;
    assert!(
        matches!(verdict, Err(VerifyError::Overloaded { .. })),
        "{verdict:?}"
    );
    let alone = scene.verifier();
    scene.verify(&alone, &scene.token()).await.unwrap();
    let text = exposed(&first);
    assert_eq!(text, exposed(&second));
    for result in ["success", "overloaded"] {
        let line = format!("verifications_total{{result=\"{result}\"}} 1");
        assert!(text.contains(&line), "{text}");
    }
}
