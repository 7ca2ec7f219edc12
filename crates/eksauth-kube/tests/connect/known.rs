//! Clusters that are not looked up.

use eksauth_kube::PrivateEndpoint;
use eksauth_kube::k8s_openapi::api::core::v1::Namespace;
use eksauth_kube::kube::{Api, Error};

use crate::fake_eks::FakeEks;
use crate::scene::{Scene, chain};

#[tokio::test]
async fn a_known_cluster_needs_no_call_to_eks_and_no_permission_for_it() {
    let scene = Scene::start().await;
    let connection = scene.known("demo").profile("ci").resolve().await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "ci");
    assert!(!scene.sandbox.counters().requests.contains_key("eks"));
    scene.end().await;
}

#[tokio::test]
async fn the_region_of_a_known_cluster_is_in_its_endpoint() {
    let scene = Scene::start().await;
    let endpoint = "https://0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com";
    let ca_pem = scene.sandbox.ca_pem().to_owned();
    let without_region = [
        ("AWS_REGION", ""),
        ("AWS_DEFAULT_REGION", ""),
        ("AWS_CONFIG_FILE", "/nowhere"),
    ];
    let context = scene.context().with_variables(without_region);
    let builder = scene.builder("demo").context(context);
    let connection = builder.known(endpoint.parse().unwrap(), ca_pem).resolve();
    let connection = connection.await.unwrap();
    let endpoint = connection.token_source().endpoint();
    assert_eq!(endpoint.signing_region().as_str(), "us-east-1");
    scene.end().await;
}

#[tokio::test]
async fn an_endpoint_that_is_private_and_does_not_answer_is_said_to_be_private() {
    let scene = Scene::start().await;
    // Nothing listens there.
    let eks = FakeEks::private(&scene, "https://127.0.0.1:1");
    let context = scene.context().with_variables(eks.variables());
    let client = scene
        .builder("demo")
        .context(context)
        .connect()
        .await
        .unwrap();
    let namespaces: Api<Namespace> = Api::all(client);
    let error = namespaces.list(&Default::default()).await.unwrap_err();
    let Error::Service(cause) = &error else {
        panic!("{error:?}");
    };
    let mut causes = chain(&**cause);
    let private = causes.find_map(|it| it.downcast_ref::<PrivateEndpoint>());
    assert_eq!(
        private.expect("the error says so").to_string(),
        "could not connect to the API server of `demo`, whose endpoint is private: expected to run \
         in its VPC (vpc-0123), or in a network connected to it, or with a proxy there"
    );
    scene.told(&error);
    scene.end().await;
}

/// What a server says is not what the way to it says.
#[tokio::test]
async fn an_endpoint_that_is_private_and_answers_is_a_server_like_any_other() {
    let scene = Scene::start().await;
    let server = scene.sandbox.cluster("demo").unwrap().server().to_owned();
    let eks = FakeEks::private(&scene, &server);
    let context = scene.context().with_variables(eks.variables());
    let builder = scene.builder("demo").context(context).profile("ci");
    let connection = builder.resolve().await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "ci");
    scene.end().await;
}
