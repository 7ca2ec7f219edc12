//! From a token to a Kubernetes user.

use eksauth_server::{
    AuthenticateError, Authenticator, IdentityMap, MapError, RoleMapping, VerifyError,
};

use crate::fake_sts::{Answer, Gate};
use crate::scene::{Scene, told};

fn deploy_is(username: &str) -> IdentityMap {
    let role = RoleMapping {
        role_arn: "arn:aws:iam::123456789012:role/Deploy".to_owned(),
        username: username.to_owned(),
        groups: vec!["deployers".to_owned()],
    };
    IdentityMap::new([role], [], []).unwrap()
}

#[tokio::test]
async fn who_signed_a_token_is_the_user_of_the_map() {
    let scene = Scene::new().await;
    let authenticator = Authenticator::new(scene.verifier(), deploy_is("deploy:{{SessionName}}"));
    let user = authenticator.authenticate(&scene.token()).await.unwrap();
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
    let authenticator = Authenticator::new(scene.verifier(), IdentityMap::default());
    let error = authenticator
        .authenticate(&scene.token())
        .await
        .unwrap_err();
    assert_eq!(
        told(&error),
        "could not map `arn:aws:iam::123456789012:role/Deploy` to a user: \
         the identity is not mapped to a Kubernetes user"
    );
    let AuthenticateError::Map { identity, reason } = error else {
        panic!("{error:?}");
    };
    assert_eq!(reason, MapError::NotMapped);
    assert_eq!(identity.session_name(), "bob@example.com");
}

#[tokio::test]
async fn who_is_unknown_is_no_user() {
    let scene = Scene::new().await;
    let authenticator = Authenticator::new(scene.verifier(), deploy_is("deploy"));
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
    let authenticator = Authenticator::new(scene.verifier(), deploy_is("before"));
    let gate = Gate::default();
    scene.sts.next(Answer::role().after(&gate));
    let token = scene.token();
    let call = tokio::spawn({
        let (authenticator, token) = (authenticator.clone(), token.clone());
        async move { authenticator.authenticate(&token).await }
    });
    scene.sts.until(|tally| tally.requests >= 1).await;
    authenticator.set_map(deploy_is("after"));
    gate.open();
    assert_eq!(call.await.unwrap().unwrap().username, "after");

    authenticator.set_map(IdentityMap::default());
    authenticator.authenticate(&token).await.unwrap_err();
    assert_eq!(scene.sts.tally().requests, 1);
}
