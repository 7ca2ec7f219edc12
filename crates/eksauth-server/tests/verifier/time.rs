//! How long a call may take, and how long its answer is remembered.

use std::num::NonZeroUsize;
use std::time::Duration;

use eksauth_server::{ConnectTo, Limits, Outage, VerifyError};
use tokio::net::TcpListener;

use crate::fake_sts::{Answer, Gate};
use crate::scene::{Scene, StoppedTime, Verdict, settle};

const BUDGET: Duration = Duration::from_secs(10);
/// The runtime's timers go by the millisecond, rounded up.
const A_TICK: Duration = Duration::from_millis(1);

fn timed_out() -> Verdict {
    Err(VerifyError::Unavailable(Outage::TimedOut {
        budget: BUDGET,
    }))
}

#[tokio::test]
async fn an_answer_may_take_ten_seconds_and_no_more() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let time = StoppedTime::begin();
    scene.sts.next(Answer::role().after(&Gate::default()));
    let token = scene.token();
    let call = scene.verifying(&verifier, &token);
    scene.sts.until(|tally| tally.requests >= 1).await;
    time.pass(BUDGET - A_TICK).await;
    assert!(!call.is_finished());
    time.pass(2 * A_TICK).await;
    assert_eq!(scene.ended_by_now(call).await, timed_out());

    // The request is given up, and nothing of it is remembered.
    scene.sts.until(|tally| tally.open == 0).await;
    assert_eq!(verifier.metrics().calls_in_flight(), 0);
    scene.verify(&verifier, &token).await.unwrap();
}

#[tokio::test]
async fn the_ten_seconds_include_the_body() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let time = StoppedTime::begin();
    let whole = Answer::role().len();
    let (first, second) = (Gate::default(), Gate::default());
    let slow = Answer::role()
        .held_at(whole - 1, &second)
        .held_at(60, &first);
    scene.sts.next(slow);
    let call = scene.verifying(&verifier, &scene.token());
    scene.sts.until(|tally| tally.requests >= 1).await;
    time.pass(BUDGET / 2).await;
    first.open();
    time.pass(BUDGET / 2 - A_TICK).await;
    assert!(!call.is_finished());
    time.pass(2 * A_TICK).await;
    assert_eq!(scene.ended_by_now(call).await, timed_out());
    scene.sts.until(|tally| tally.open == 0).await;
}

#[tokio::test]
async fn an_answer_in_pieces_within_the_time_is_as_good_as_any() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let time = StoppedTime::begin();
    let gate = Gate::default();
    scene.sts.next(Answer::role().held_at(100, &gate));
    let call = scene.verifying(&verifier, &scene.token());
    scene.sts.until(|tally| tally.requests >= 1).await;
    time.pass(BUDGET - A_TICK).await;
    gate.open();
    scene.ended(call).await.unwrap();
}

#[tokio::test]
async fn the_ten_seconds_include_the_wait_for_ones_turn() {
    let scene = Scene::new().await;
    let verifier = scene.verifier_with(Limits {
        max_concurrent_calls: NonZeroUsize::MIN,
        ..Limits::default()
    });
    let time = StoppedTime::begin();
    scene.sts.otherwise(Answer::role().after(&Gate::default()));
    let first = scene.verifying(&verifier, &scene.token());
    scene.sts.until(|tally| tally.requests >= 1).await;
    time.pass(BUDGET / 2).await;
    let second = scene.verifying(&verifier, &scene.token());
    settle().await;
    time.pass(BUDGET / 2 + A_TICK).await;
    assert_eq!(scene.ended_by_now(first).await, timed_out());
    scene.sts.until(|tally| tally.requests >= 2).await;
    time.pass(BUDGET / 2 - 2 * A_TICK).await;
    assert!(!second.is_finished());
    time.pass(2 * A_TICK).await;
    assert_eq!(scene.ended_by_now(second).await, timed_out());
}

#[tokio::test]
async fn a_connection_may_take_five_seconds_of_them() {
    let scene = Scene::new().await;
    // The kernel takes the connection; nobody says a word of TLS.
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to_the_mute = ConnectTo::everything_to(mute.local_addr().unwrap());
    let verifier = scene.verifier_over(scene.trusting().with_connect_to(to_the_mute));
    let time = StoppedTime::begin();
    let call = scene.verifying(&verifier, &scene.token());
    let _connected = mute.accept().await.unwrap();
    time.pass(Duration::from_secs(5) - A_TICK).await;
    assert!(!call.is_finished());
    time.pass(2 * A_TICK).await;
    let verdict = scene.ended_by_now(call).await;
    let Err(VerifyError::Unavailable(Outage::Unreachable { reason })) = verdict else {
        panic!("{verdict:?}");
    };
    assert!(
        reason.contains("expected a connection within 5 s, but found none"),
        "{reason}"
    );
}

#[tokio::test]
async fn an_identity_is_remembered_until_the_token_ends_and_not_beyond() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    let first = scene.verify(&verifier, &token).await;
    scene.clock.advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(scene.verify(&verifier, &token).await, first);
    assert_eq!(verifier.metrics().remembered_verifications(), 1);

    // At its very end a token may still be shown, but what is known of it has ended.
    scene.clock.advance(Duration::from_secs(1));
    scene.sts.next(Answer::error(403, "RequestExpired"));
    let last = scene.verify(&verifier, &token).await;
    assert!(matches!(last, Err(VerifyError::Denied { .. })), "{last:?}");
    assert_eq!(scene.sts.tally().requests, 2);

    scene.clock.advance(Duration::from_secs(1));
    let beyond = scene.verify(&verifier, &token).await;
    assert!(matches!(beyond, Err(VerifyError::Token(_))), "{beyond:?}");
    assert_eq!(scene.sts.tally().requests, 2);
}

#[tokio::test]
async fn a_shorter_lifetime_asks_again() {
    let scene = Scene::new().await;
    let verifier = scene.verifier_with(Limits {
        identity_lifetime: Duration::from_secs(60),
        ..Limits::default()
    });
    let token = scene.token();
    for (wait, requests) in [(0, 1), (59, 1), (1, 2), (59, 2), (1, 3)] {
        scene.clock.advance(Duration::from_secs(wait));
        scene.verify(&verifier, &token).await.unwrap();
        assert_eq!(scene.sts.tally().requests, requests);
    }
}

#[tokio::test]
async fn what_is_forgotten_is_asked_again() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let (good, bad) = (scene.token(), scene.token());
    scene.verify(&verifier, &good).await.unwrap();
    scene.sts.next(Answer::denied());
    scene.verify(&verifier, &bad).await.unwrap_err();

    verifier.forget();
    scene.sts.next(Answer::denied());
    scene.verify(&verifier, &good).await.unwrap_err();
    scene.verify(&verifier, &bad).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 4);
}

#[tokio::test]
async fn a_clone_remembers_what_the_other_has_learnt() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    scene.verify(&verifier, &token).await.unwrap();
    scene.verify(&verifier.clone(), &token).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 1);
}
