//! Who signs, and who describes.

use aws_credential_types::Credentials;

use crate::scene::{DEPLOYER, DESCRIBER, PARTNER, Scene, role};

#[tokio::test]
async fn a_role_signs_and_the_credentials_behind_it_describe() {
    let scene = Scene::start().await;
    let connection = scene.builder("demo").role(role(DEPLOYER)).resolve();
    let connection = connection.await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "deployer:eksauth");
    assert_eq!(scene.calls("eks", "DescribeCluster"), 1);
    assert_eq!(scene.calls("sts", "AssumeRole"), 1);
    scene.end().await;
}

#[tokio::test]
async fn a_role_describes_for_those_who_may_not() {
    let scene = Scene::start().await;
    let connection = scene
        .builder("demo")
        .profile("ci")
        .describe_role(role(DESCRIBER));
    let connection = connection.resolve().await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "ci");

    let both = scene.builder("demo").profile("ci");
    let both = both.describe_role(role(DESCRIBER)).role(role(DEPLOYER));
    let both = both.resolve().await.unwrap();
    assert_eq!(scene.user_of(&both).await, "deployer:eksauth");
    scene.end().await;
}

#[tokio::test]
async fn a_cluster_that_is_not_in_the_account_is_looked_for_in_that_of_the_role() {
    let scene = Scene::start().await;
    let connection = scene.builder("theirs").role(role(PARTNER)).resolve();
    let connection = connection.await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "partner:eksauth");
    assert_eq!(scene.calls("eks", "DescribeCluster"), 2);
    scene.end().await;
}

#[tokio::test]
async fn where_the_role_finds_nothing_either_the_first_answer_is_told() {
    let scene = Scene::start().await;
    let nowhere = scene.builder("nowhere").role(role(PARTNER)).resolve().await;
    assert_eq!(
        scene.refused(nowhere),
        "could not find out how to reach the cluster: expected a cluster `nowhere` in region \
         eu-west-1 of account 111122223333, but EKS found none there: check name, region and profile"
    );
    assert!(
        scene
            .log()
            .contains("nor could the role describe the cluster")
    );
    scene.end().await;
}

#[tokio::test]
async fn a_role_is_assumed_with_credentials_of_the_program() {
    let scene = Scene::start().await;
    let key = &scene.sandbox.access_keys()[0];
    let own = Credentials::new(key.id(), key.secret_access_key(), None, None, "test");
    let context = scene.context_of_profile("default");
    let builder = scene.builder("demo").context(context);
    let connection = builder.credentials(own).role(role(DEPLOYER)).resolve();
    assert_eq!(
        scene.user_of(&connection.await.unwrap()).await,
        "deployer:eksauth"
    );
    scene.end().await;
}
