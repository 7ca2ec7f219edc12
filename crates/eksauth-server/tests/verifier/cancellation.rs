//! Callers that go away.

use std::num::NonZeroUsize;

use eksauth_server::Limits;

use crate::fake_sts::{Answer, Gate};
use crate::scene::{Scene, settle};

#[tokio::test]
async fn a_call_for_which_nobody_waits_is_cancelled() {
    let scene = Scene::new().await;
    let verifier = scene.verifier_with(Limits {
        max_in_flight: 1,
        max_concurrent_calls: NonZeroUsize::MIN,
        ..Limits::default()
    });
    let token = scene.token();
    scene.sts.next(Answer::role().after(&Gate::default()));
    let callers: Vec<_> = (0..10)
        .map(|_| scene.verifying(&verifier, &token))
        .collect();
    scene.sts.until(|tally| tally.requests >= 1).await;
    settle().await;
    assert_eq!(scene.sts.tally().open, 1);

    for caller in &callers {
        caller.abort();
    }
    scene.sts.until(|tally| tally.open == 0).await;
    for caller in callers {
        assert!(caller.await.unwrap_err().is_cancelled());
    }
    assert_eq!(verifier.metrics().calls_in_flight(), 0);

    // Its place in flight and its turn are free, for its own token and for others.
    scene.verify(&verifier, &token).await.unwrap();
    scene.verify(&verifier, &scene.token()).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 3);
}

#[tokio::test]
async fn a_call_goes_on_for_the_one_who_stays() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    let gate = Gate::default();
    scene.sts.next(Answer::role().after(&gate));
    let first = scene.verifying(&verifier, &token);
    scene.sts.until(|tally| tally.requests >= 1).await;
    let second = scene.verifying(&verifier, &token);
    settle().await;

    // Even though it was the first who began it.
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    settle().await;
    assert_eq!(scene.sts.tally().open, 1);
    assert_eq!(verifier.metrics().calls_in_flight(), 1);

    gate.open();
    scene.ended(second).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 1);
    assert_eq!(verifier.metrics().calls_in_flight(), 0);
    scene.verify(&verifier, &token).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 1, "it is remembered");
}

#[tokio::test]
async fn a_call_that_waits_for_its_turn_is_cancelled_too() {
    let scene = Scene::new().await;
    let verifier = scene.verifier_with(Limits {
        max_concurrent_calls: NonZeroUsize::MIN,
        ..Limits::default()
    });
    let gate = Gate::default();
    scene.sts.otherwise(Answer::role().after(&gate));
    let first = scene.verifying(&verifier, &scene.token());
    scene.sts.until(|tally| tally.requests >= 1).await;
    let waiting = scene.verifying(&verifier, &scene.token());
    settle().await;
    assert_eq!(verifier.metrics().calls_in_flight(), 2);

    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_eq!(verifier.metrics().calls_in_flight(), 1);

    gate.open();
    scene.ended(first).await.unwrap();
    settle().await;
    assert_eq!(scene.sts.tally().requests, 1);
}
