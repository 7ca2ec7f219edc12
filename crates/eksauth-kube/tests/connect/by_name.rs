//! A cluster by its name.

use std::time::Duration;

use aws_credential_types::Credentials;
use eksauth_kube::eksauth::token::{ClusterId, Region};
use eksauth_kube::eksauth::{RefreshPolicy, Refresher, TokenState};
use eksauth_kube::k8s_openapi::api::core::v1::{Namespace, Pod};
use eksauth_kube::kube::{Api, ResourceExt as _};

use crate::scene::{Scene, user_of};

#[tokio::test]
async fn a_name_is_enough() {
    let scene = Scene::start().await;
    let client = scene.builder("demo").connect().await.unwrap();
    assert_eq!(user_of(client.clone()).await, "developer");

    let namespaces: Api<Namespace> = Api::all(client.clone());
    let namespaces = namespaces.list(&Default::default()).await.unwrap();
    let names: Vec<_> = namespaces.iter().map(|it| it.name_any()).collect();
    assert!(names.contains(&"kube-system".to_owned()), "{names:?}");

    let pods: Api<Pod> = Api::default_namespaced(client);
    let pods = pods.list(&Default::default()).await.unwrap();
    let names: Vec<_> = pods.iter().map(|it| it.name_any()).collect();
    assert_eq!(names, ["hello"]);
    assert_eq!(scene.calls("eks", "DescribeCluster"), 1);
    scene.end().await;
}

#[tokio::test]
async fn the_region_is_that_of_the_builder_then_of_the_environment_then_of_the_profile() {
    let scene = Scene::start().await;
    let overseas = Region::new("us-east-1").unwrap();
    let by_builder = scene.builder("overseas").region(overseas);
    let by_builder = by_builder.resolve().await.unwrap();
    assert_eq!(scene.user_of(&by_builder).await, "developer");

    let context = scene
        .context()
        .with_variables([("AWS_REGION", "us-east-1")]);
    let by_environment = scene.builder("overseas").context(context);
    let by_environment = by_environment.resolve().await.unwrap();
    assert_eq!(scene.user_of(&by_environment).await, "developer");

    let config = scene
        .home
        .write_config("[profile far]\nregion = us-east-1\n");
    let context = scene.context().with_variables([
        ("AWS_REGION", ""),
        ("AWS_DEFAULT_REGION", ""),
        ("AWS_PROFILE", "far"),
        ("AWS_CONFIG_FILE", config.to_str().unwrap()),
    ]);
    let by_profile = scene.builder("overseas").context(context);
    let by_profile = by_profile.resolve().await.unwrap();
    assert_eq!(scene.user_of(&by_profile).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn the_profile_of_the_builder_goes_before_the_access_key_of_the_environment() {
    let scene = Scene::start().await;
    let connection = scene.known("demo").profile("ci").resolve().await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "ci");
    scene.end().await;
}

#[tokio::test]
async fn credentials_of_the_program_are_used_instead_of_those_of_the_environment() {
    let scene = Scene::start().await;
    let context = scene.context_of_profile("default");
    let keys = scene.sandbox.access_keys();
    let key = keys.iter().find(|it| it.user_arn().ends_with("/ci"));
    let key = key.unwrap();
    let own = Credentials::new(key.id(), key.secret_access_key(), None, None, "test");
    let builder = scene.known("demo").context(context).credentials(own);
    let connection = builder.resolve().await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "ci");
    scene.end().await;
}

#[tokio::test]
async fn tokens_are_bound_to_the_id_of_a_cluster_on_outposts() {
    let scene = Scene::start().await;
    let connection = scene.builder("outpost").resolve().await.unwrap();
    let id = "11111111-2222-3333-4444-555555555555";
    assert_eq!(connection.token_source().cluster().as_str(), id);
    assert_eq!(scene.user_of(&connection).await, "developer");

    let told = scene
        .known("outpost")
        .cluster_id(ClusterId::new(id).unwrap());
    let told = told.resolve().await.unwrap();
    assert_eq!(scene.user_of(&told).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn the_first_token_is_signed_for_the_first_request() {
    let scene = Scene::start().await;
    let connection = scene.builder("demo").resolve().await.unwrap();
    let state = connection.token_source().state();
    let client = connection.client().unwrap();
    assert!(matches!(*state.borrow(), TokenState::Idle));
    user_of(client).await;
    assert!(matches!(*state.borrow(), TokenState::Fresh { .. }));
    scene.end().await;
}

#[tokio::test]
async fn clients_of_one_connection_share_its_tokens() {
    let scene = Scene::start().await;
    let connection = scene.builder("demo").resolve().await.unwrap();
    for _ in 0..3 {
        scene.user_of(&connection).await;
    }
    assert_eq!(scene.sandbox.counters().authenticated, 3);
    assert_eq!(scene.calls("sts", "GetCallerIdentity"), 1);
    scene.end().await;
}

#[tokio::test]
async fn a_configuration_can_be_changed_before_a_client_is_made_of_it() {
    let scene = Scene::start().await;
    let mut connection = scene.builder("demo").resolve().await.unwrap();
    "kube-system".clone_into(&mut connection.config_mut().default_namespace);
    // It is logged in with tokens, whatever else it is told.
    connection.config_mut().auth_info.token = Some("of-somebody-else".to_owned().into());
    let client = connection.client().unwrap();
    assert_eq!(client.default_namespace(), "kube-system");
    assert_eq!(user_of(client).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn namespace_and_times_of_the_builder_reach_kube() {
    let scene = Scene::start().await;
    let seconds = Duration::from_secs;
    let told = scene
        .builder("demo")
        .default_namespace("team-a")
        .connect_timeout(seconds(1))
        .read_timeout(seconds(2))
        .write_timeout(seconds(3));
    let told = told.resolve().await.unwrap();
    assert_eq!(told.config().default_namespace, "team-a");
    assert_eq!(told.config().connect_timeout, Some(seconds(1)));
    assert_eq!(told.config().read_timeout, Some(seconds(2)));
    assert_eq!(told.config().write_timeout, Some(seconds(3)));
    assert_eq!(told.client().unwrap().default_namespace(), "team-a");

    let untold = scene.builder("demo").resolve().await.unwrap();
    assert_eq!(untold.config().default_namespace, "default");
    assert_eq!(untold.config().connect_timeout, Some(seconds(30)));
    assert_eq!(untold.config().read_timeout, None);
    assert_eq!(untold.config().write_timeout, Some(seconds(295)));
    scene.end().await;
}

/// Its own would renew after five minutes.
#[tokio::test(start_paused = true)]
async fn a_refresher_that_is_handed_in_renews_the_tokens() {
    let time = eksauth_testing::SimulatedTime::at_unix(1_893_456_000);
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "c2VjcmV0"),
    ];
    let context = eksauth_kube::eksauth::Context::new(variables, time);
    let refresher = Refresher::new(RefreshPolicy::default().with_interval(Duration::from_secs(60)));
    let server = eksauth_testing::ApiServer::start();
    let connection = eksauth_kube::EksClientBuilder::new("demo")
        .known(server.url().parse().unwrap(), server.ca_pem())
        .region(Region::new("eu-west-1").unwrap())
        .context(context)
        .refresher(&refresher)
        .resolve()
        .await
        .unwrap();
    let source = connection.token_source();
    let first = source.token().await.unwrap();
    let mut state = source.state();
    state.mark_unchanged();
    state.changed().await.unwrap();
    let second = source.token().await.unwrap();
    let age = second.signed_at().duration_since(first.signed_at());
    // It may be a little later, so that many do not renew at once.
    assert!(age.as_secs() < 2 * 60, "{age}");
}
