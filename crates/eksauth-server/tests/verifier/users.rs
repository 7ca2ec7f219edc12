//! From a token to a Kubernetes user.

use eksauth_server::map::{BackendMode, Denial, List, Mapping, MappingSet, Matching, Place, Who};
use eksauth_server::{AuthenticateError, Authenticator, LiveMap, NoUser, VerifyError};

use crate::fake_sts::{Answer, Gate};
use crate::scene::{Scene, told};

const MODE: BackendMode = BackendMode::MountedFile;

fn deploy_is(username: &str) -> MappingSet {
    let role = Mapping {
        who: Who::Arn("arn:aws:iam::123456789012:role/Deploy".to_owned()),
        user_id: None,
        username: username.to_owned(),
        groups: vec!["deployers".to_owned()],
        place: Place {
            list: List::Roles,
            index: 0,
            line: None,
        },
    };
    let loaded = MappingSet::builder(Matching::of(MODE)).mappings([role]);
    loaded.build().set
}

fn nobody() -> MappingSet {
    MappingSet::empty(Matching::of(MODE))
}

fn map_of(scene: &Scene, set: MappingSet) -> LiveMap {
    let map = LiveMap::new(vec![MODE], scene.clock.clone());
    map.publish(MODE, set);
    map
}

fn authenticator(scene: &Scene, set: MappingSet) -> Authenticator {
    Authenticator::new(scene.verifier(), map_of(scene, set))
}

#[tokio::test]
async fn who_signed_a_token_is_the_user_of_the_map() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("deploy:{{SessionName}}"));
    let authenticated = authenticator.authenticate(&scene.token()).await.unwrap();
    assert_eq!(
        (authenticated.backend, authenticated.place.index),
        (MODE, 0)
    );
    assert!(!authenticated.scrubbed);
    let user = authenticated.user;
    assert_eq!(user.username, "deploy:bob-example.com");
    assert_eq!(
        user.uid,
        "aws-iam-authenticator:123456789012:AROACKCEVSQ6C2EXAMPLE"
    );
    assert_eq!(user.groups, ["deployers"]);
    assert_eq!(user.extra["accessKeyId"], ["ASIA0000000000000000"]);
}

#[tokio::test]
async fn who_is_not_in_the_map_is_told_by_name() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, nobody());
    let error = authenticator
        .authenticate(&scene.token())
        .await
        .unwrap_err();
    assert_eq!(
        told(&error),
        "could not map `arn:aws:iam::123456789012:role/Deploy` to a user: \
         the identity is not mapped to a Kubernetes user"
    );
    let AuthenticateError::Map {
        identity, reason, ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(reason, NoUser::Denied(Denial::NotMapped));
    assert_eq!(identity.session_name(), "bob@example.com");
}

#[tokio::test]
async fn who_is_unknown_is_no_user() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("deploy"));
    scene.sts.next(Answer::denied());
    let error = authenticator
        .authenticate(&scene.token())
        .await
        .unwrap_err();
    assert!(
        matches!(error, AuthenticateError::Verify(VerifyError::Denied { .. })),
        "{error:?}"
    );
    assert_eq!(
        told(&error),
        "could not verify the token: STS refused the token with InvalidClientTokenId (HTTP 403)"
    );
}

#[tokio::test]
async fn a_new_map_counts_from_now_on_also_for_what_is_under_way_and_remembered() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("before"));
    let gate = Gate::default();
    scene.sts.next(Answer::role().after(&gate));
    let token = scene.token();
    let call = tokio::spawn({
        let (authenticator, token) = (authenticator.clone(), token.clone());
        async move { authenticator.authenticate(&token).await }
    });
    scene.sts.until(|tally| tally.requests >= 1).await;
    authenticator.map().publish(MODE, deploy_is("after"));
    gate.open();
    assert_eq!(call.await.unwrap().unwrap().user.username, "after");

    authenticator.map().publish(MODE, nobody());
    authenticator.authenticate(&token).await.unwrap_err();
    assert_eq!(scene.sts.tally().requests, 1);
}

#[tokio::test]
async fn of_a_scrubbed_account_nothing_but_the_name_and_groups_is_told() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("deploy"))
        .with_scrubbed_accounts(["123456789012".to_owned()]);
    let authenticated = authenticator.authenticate(&scene.token()).await.unwrap();
    assert!(authenticated.scrubbed);
    assert_eq!(
        authenticated.user.uid,
        "aws-iam-authenticator:administrative:deploy"
    );
    assert_eq!(authenticated.user.groups, ["deployers"]);
    assert!(authenticated.user.extra.is_empty());

    authenticator.map().publish(MODE, nobody());
    let error = authenticator.authenticate(&scene.token()).await;
    assert_eq!(
        told(&error.unwrap_err()),
        "could not map an identity of a scrubbed account to a user: \
         the identity is not mapped to a Kubernetes user"
    );
}

#[tokio::test]
async fn the_log_of_a_verification_does_not_tell_who_signed() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    scene.verify(&verifier, &scene.token()).await.unwrap();
    // As a warning, for STS has answered before, and at debug level.
    for answer in [Answer::status(503, "unavailable"), Answer::denied()] {
        scene.sts.next(answer);
        let verdict = scene.verify(&verifier, &scene.token()).await;
        verdict.unwrap_err();
    }
    let text = scene.logs.text();
    for told in [
        "STS says who signed a token",
        "STS cannot say who signed a token",
        "STS does not say who signed a token",
    ] {
        assert!(text.contains(told), "no {told} in {text}");
    }
    for hidden in [
        "123456789012",
        "AROACKCEVSQ6C2EXAMPLE",
        "ASIA0",
        "arn:aws",
        "bob",
    ] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

#[tokio::test]
async fn another_account_is_not_scrubbed() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("deploy"))
        .with_scrubbed_accounts(["210987654321".to_owned(), "12345678901".to_owned()]);
    let authenticated = authenticator.authenticate(&scene.token()).await.unwrap();
    assert!(!authenticated.scrubbed);
    assert_eq!(authenticated.user.extra["sessionName"], ["bob@example.com"]);
}

#[tokio::test]
async fn who_is_not_found_before_all_backends_have_loaded_is_told_which_are_missing() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, nobody());
    let map = authenticator.map();
    map.set_order(vec![MODE, BackendMode::Crd]);
    let error = authenticator.authenticate(&scene.token()).await;
    let AuthenticateError::Map { reason, .. } = error.unwrap_err() else {
        panic!("the token is good");
    };
    let missing = vec![BackendMode::Crd];
    assert_eq!(reason, NoUser::NotReady { missing });

    // Who is found is let in all the same.
    map.publish(MODE, deploy_is("deploy"));
    authenticator.authenticate(&scene.token()).await.unwrap();
}

#[tokio::test]
async fn a_node_is_nobody_where_nothing_looks_up_its_name() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("system:node:{{EC2PrivateDNSName}}"));
    let error = authenticator.authenticate(&scene.token()).await;
    let AuthenticateError::Map { reason, .. } = error.unwrap_err() else {
        panic!("the token is good");
    };
    assert!(matches!(reason, NoUser::Unusable(_)), "{reason:?}");
}

#[tokio::test]
async fn the_next_cluster_is_tried_only_when_the_signature_does_not_match() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("deploy")).with_verifier(scene.verifier());
    let mismatch = || Answer::error(403, "SignatureDoesNotMatch");
    scene.sts.next(mismatch());
    authenticator.authenticate(&scene.token()).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 2);

    scene.sts.next(Answer::denied());
    let error = authenticator.authenticate(&scene.token()).await;
    assert!(told(&error.unwrap_err()).contains("InvalidClientTokenId"));
    assert_eq!(scene.sts.tally().requests, 3);

    scene.sts.next(mismatch());
    scene.sts.next(mismatch());
    let error = authenticator.authenticate(&scene.token()).await;
    assert!(told(&error.unwrap_err()).contains("SignatureDoesNotMatch"));
    assert_eq!(scene.sts.tally().requests, 5);
}

#[tokio::test]
async fn who_was_found_by_the_second_verifier_is_remembered_by_both() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("deploy")).with_verifier(scene.verifier());
    scene.sts.next(Answer::error(403, "SignatureDoesNotMatch"));
    let token = scene.token();
    for _ in 0..3 {
        authenticator.authenticate(&token).await.unwrap();
    }
    assert_eq!(scene.sts.tally().requests, 2);
}

#[tokio::test]
async fn when_sts_throttles_it_is_asked_again_a_little_later() {
    let scene = Scene::new().await;
    let authenticator = authenticator(&scene, deploy_is("deploy"));
    scene.sts.next(Answer::error(400, "Throttling"));
    scene
        .sts
        .next(Answer::error(429, "TooManyRequestsException"));
    authenticator.authenticate(&scene.token()).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 3);
}
