//! Tokens about which STS does not decide.

use std::num::NonZeroU32;
use std::time::Duration;

use eksauth_server::map::{BackendMode, MappingSet, Matching};
use eksauth_server::{
    AuthenticateError, Authenticator, Limits, LiveMap, Outage, Verifier, VerifyError,
};

use crate::fake_sts::Answer;
use crate::scene::{Scene, StoppedTime, all, settle};

const IN_A_ROW: usize = 4;

fn verifier(scene: &Scene) -> Verifier {
    scene.verifier_with(Limits {
        calls_per_token: NonZeroU32::new(IN_A_ROW.try_into().unwrap()).unwrap(),
        ..Limits::default()
    })
}

fn authenticator(scene: &Scene, verifier: Verifier) -> Authenticator {
    let mode = BackendMode::MountedFile;
    let map = LiveMap::new(vec![mode], scene.clock.clone());
    map.publish(mode, MappingSet::empty(Matching::of(mode)));
    Authenticator::new(verifier, map)
}

#[tokio::test]
async fn while_sts_is_away_a_token_is_asked_for_a_few_times_and_then_once_a_second() {
    let scene = Scene::new().await;
    let verifier = verifier(&scene);
    let (token, other) = (scene.token(), scene.token());
    let time = StoppedTime::begin();
    scene.sts.otherwise(Answer::status(503, ""));
    let down = VerifyError::Unavailable(Outage::Server { status: 503 });
    for _ in 0..50 {
        assert_eq!(scene.verify(&verifier, &token).await, Err(down.clone()));
    }
    assert_eq!(scene.sts.tally().requests, IN_A_ROW);

    // Other tokens have calls of their own.
    assert_eq!(scene.verify(&verifier, &other).await, Err(down.clone()));
    assert_eq!(scene.sts.tally().requests, IN_A_ROW + 1);

    time.pass(Duration::from_secs(1)).await;
    for _ in 0..50 {
        assert_eq!(scene.verify(&verifier, &token).await, Err(down.clone()));
    }
    assert_eq!(scene.sts.tally().requests, IN_A_ROW + 2);

    // Once STS is back, nobody waits longer than that.
    scene.sts.otherwise(Answer::role());
    time.pass(Duration::from_secs(1)).await;
    scene.verify(&verifier, &token).await.unwrap();
}

#[tokio::test]
async fn what_is_forgotten_may_be_asked_for_at_once() {
    let scene = Scene::new().await;
    let verifier = verifier(&scene);
    let token = scene.token();
    let _time = StoppedTime::begin();
    scene.sts.otherwise(Answer::hang_up());
    for _ in 0..50 {
        scene.verify(&verifier, &token).await.unwrap_err();
    }
    scene.sts.otherwise(Answer::role());
    scene.verify(&verifier, &token).await.unwrap_err();
    verifier.forget();
    scene.verify(&verifier, &token).await.unwrap();
}

#[tokio::test]
async fn throttling_without_end_is_told_within_the_budget_of_the_request() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, scene.verifier());
    let time = StoppedTime::begin();
    scene.sts.otherwise(Answer::error(400, "Throttling"));
    let token = scene.token();
    let request = tokio::spawn(async move { authenticator.authenticate(&token).await });
    scene.sts.until(|tally| tally.requests >= 1).await;
    let mut passed = Duration::ZERO;
    while !request.is_finished() {
        assert!(passed <= Duration::from_secs(8), "it goes on");
        settle().await;
        time.pass(Duration::from_millis(50)).await;
        passed += Duration::from_millis(50);
    }
    let error = request.await.unwrap().unwrap_err();
    assert!(
        matches!(
            error,
            AuthenticateError::Verify(VerifyError::Throttled { status: 400 })
        ),
        "{error:?}"
    );
    let requests = scene.sts.tally().requests;
    assert!((4..=11).contains(&requests), "{requests}");
}

#[tokio::test]
async fn a_crowd_with_one_token_that_is_throttled_is_no_crowd_to_sts() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, scene.verifier());
    let token = scene.token();
    for _ in 0..3 {
        scene.sts.next(Answer::error(400, "Throttling"));
    }
    let crowd = all((0..200).map(|_| authenticator.authenticate(&token))).await;
    for answer in crowd {
        // STS says who it is in the end, and nobody has mapped that.
        assert!(
            matches!(answer, Err(AuthenticateError::Map { .. })),
            "{answer:?}"
        );
    }
    assert_eq!(scene.sts.tally().requests, 4);
}

#[tokio::test]
async fn an_outage_is_told_at_once_and_not_waited_for() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, scene.verifier());
    let _time = StoppedTime::begin();
    scene.sts.next(Answer::status(500, ""));
    let error = authenticator.authenticate(&scene.token()).await;
    assert!(
        matches!(
            error,
            Err(AuthenticateError::Verify(VerifyError::Unavailable(_)))
        ),
        "{error:?}"
    );
    assert_eq!(scene.sts.tally().requests, 1);
}
