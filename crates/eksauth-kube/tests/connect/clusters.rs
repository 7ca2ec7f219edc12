//! Many clusters in one process.

use std::fmt::Write as _;
use std::sync::Arc;

use eksauth_kube::eksauth::token::Region;
use eksauth_kube::k8s_openapi::api::core::v1::Namespace;
use eksauth_kube::kube::{Api, Client};
use eksauth_kube::{Clusters, ConnectError};
use futures_util::future::join_all;

use crate::scene::{DEPLOYER, Scene, role, user_of};

async fn list_namespaces(client: Client) -> usize {
    let namespaces: Api<Namespace> = Api::all(client);
    namespaces
        .list(&Default::default())
        .await
        .unwrap()
        .items
        .len()
}

#[tokio::test]
async fn ten_thousand_at_a_cold_start_cost_one_look_up_and_one_token() {
    let scene = Scene::start().await;
    let mut events = scene.sandbox.events();
    let clusters = Clusters::with(scene.builder(""));
    let tasks = (0..10_000).map(|_| {
        let clusters = clusters.clone();
        tokio::spawn(async move { clusters.client("demo").await.unwrap() })
    });
    let clients = join_all(tasks).await;
    // As many as there may be sockets.
    let listing = clients
        .into_iter()
        .take(64)
        .map(|it| list_namespaces(it.unwrap()));
    assert_eq!(join_all(listing).await, [4; 64]);

    assert_eq!(scene.calls("eks", "DescribeCluster"), 1);
    assert_eq!(scene.calls("sts", "GetCallerIdentity"), 1);
    assert_eq!(scene.sandbox.counters().authenticated, 64);
    // It tells of each token once.
    assert!(events.try_recv().is_ok());
    assert!(events.try_recv().is_err());
    scene.end().await;
}

#[tokio::test]
async fn who_waits_for_the_same_look_up_gets_the_same_error_and_who_comes_later_another_look_up() {
    let scene = Scene::start().await;
    let clusters = Clusters::with(scene.builder(""));
    let asking = (0..100).map(|_| clusters.client("nowhere"));
    let errors: Vec<Arc<ConnectError>> = join_all(asking)
        .await
        .into_iter()
        .map(|it| it.map(drop).unwrap_err())
        .collect();
    assert!(errors.iter().all(|it| Arc::ptr_eq(it, &errors[0])));
    scene.told(&*errors[0]);
    assert_eq!(scene.calls("eks", "DescribeCluster"), 1);

    let later = clusters.client("nowhere").await.map(drop).unwrap_err();
    assert!(!Arc::ptr_eq(&later, &errors[0]));
    assert_eq!(scene.calls("eks", "DescribeCluster"), 2);
    scene.end().await;
}

#[tokio::test]
async fn a_cluster_that_is_forgotten_is_looked_up_anew() {
    let scene = Scene::start().await;
    let clusters = Clusters::with(scene.builder(""));
    let region = Region::new("eu-west-1").unwrap();
    let first = clusters.client_in(&region, "demo").await.unwrap();
    clusters.client_in(&region, "demo").await.unwrap();
    assert_eq!(scene.calls("eks", "DescribeCluster"), 1);

    clusters.forget("outpost").await;
    clusters.client_in(&region, "demo").await.unwrap();
    assert_eq!(scene.calls("eks", "DescribeCluster"), 1);

    clusters.forget("demo").await;
    clusters.client_in(&region, "demo").await.unwrap();
    assert_eq!(scene.calls("eks", "DescribeCluster"), 2);
    // Whoever has the old client keeps it.
    assert_eq!(user_of(first).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn clusters_of_one_name_are_told_apart_by_their_region() {
    let scene = Scene::start().await;
    let clusters = Clusters::with(scene.builder(""));
    let region = Region::new("us-east-1").unwrap();
    let overseas = clusters.client_in(&region, "overseas").await.unwrap();
    assert_eq!(user_of(overseas).await, "developer");
    let here = clusters.client("overseas").await.map(drop).unwrap_err();
    assert!(matches!(*here, ConnectError::Describe(_)), "{here:?}");
    scene.end().await;
}

#[tokio::test]
async fn fifty_clusters_assume_a_role_once() {
    let mut world = "
users: [{name: developer}]
roles: [{name: Deployer, trust: {principals: ['111122223333']}}]
clusters:
"
    .to_owned();
    let mapped =
        format!("{{roleARN: '{DEPLOYER}', username: deployer, groups: ['sandbox:viewers']}}");
    for number in 0..50 {
        writeln!(
            world,
            "- {{name: c{number}, access: {{mapRoles: [{mapped}]}}}}"
        )
        .unwrap();
    }
    let scene = Scene::of(&world).await;
    let clusters = Clusters::with(scene.builder("").role(role(DEPLOYER)));
    let names: Vec<_> = (0..50).map(|number| format!("c{number}")).collect();
    let listing = names.iter().map(async |name| {
        let client = clusters.client(name).await.unwrap();
        list_namespaces(client).await
    });
    assert_eq!(join_all(listing).await, [4; 50]);
    assert_eq!(scene.calls("eks", "DescribeCluster"), 50);
    assert_eq!(scene.calls("sts", "AssumeRole"), 1);
    scene.end().await;
}
