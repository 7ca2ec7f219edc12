//! Hundreds of lives of tokens, each of which ends before the client knows.

use eksauth_kube::k8s_openapi::api::authentication::v1::SelfSubjectReview;
use eksauth_kube::k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::Client;
use eksauth_kube::kube::api::{Api, ListParams, PostParams};

use crate::scene::{Scene, calls};

const LIVES: u64 = 200;

/// Requests in each life.
const KINDS: u64 = 4;

async fn request(client: &Client, kind: u64) {
    match kind % KINDS {
        0 => {
            let pods = Api::<Pod>::all(client.clone());
            let pods = pods.list(&ListParams::default()).await.unwrap();
            assert_eq!(pods.items.len(), 2);
        }
        1 => {
            let pods = Api::<Pod>::namespaced(client.clone(), "default");
            pods.get("hello").await.unwrap();
        }
        2 => {
            let reviews = Api::<SelfSubjectReview>::all(client.clone());
            let review = SelfSubjectReview::default();
            let review = reviews
                .create(&PostParams::default(), &review)
                .await
                .unwrap();
            let user = review.status.unwrap().user_info.unwrap();
            assert_eq!(user.username.as_deref(), Some("developer"));
        }
        _ => {
            let reviews = Api::<SelfSubjectAccessReview>::all(client.clone());
            let review = reviews
                .create(&PostParams::default(), &may_list_pods())
                .await;
            assert!(review.unwrap().status.unwrap().allowed);
        }
    }
}

fn may_list_pods() -> SelfSubjectAccessReview {
    let attributes = ResourceAttributes {
        verb: Some("list".to_owned()),
        resource: Some("pods".to_owned()),
        ..ResourceAttributes::default()
    };
    SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(attributes),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    }
}

#[tokio::test]
async fn each_token_that_ends_early_costs_one_refused_request_which_nobody_sees() {
    let scene = Scene::with_short_lives().await;
    let (client, source) = scene.client().await;
    request(&client, 0).await;
    for life in 0..LIVES {
        scene.outlive_tokens();
        // Each kind of request is the one that meets the refusal in its turn.
        for turn in 0..KINDS {
            request(&client, life + turn).await;
        }
    }
    scene.hide_token_of(&source).await;
    let counted = scene.counters();
    let accepted = 1 + LIVES * KINDS;
    assert_eq!(counted.authenticated, accepted);
    assert_eq!(counted.refused, LIVES);
    assert_eq!(counted.api_requests, accepted + LIVES);
    assert_eq!(
        calls(&counted, "sts", "GetCallerIdentity"),
        accepted + LIVES
    );
    assert_eq!(counted.refusals["RequestExpired"], LIVES);
    assert_eq!(source.state().borrow().failures(), 0);
    scene.end(format!("{source:?}")).await;
}
