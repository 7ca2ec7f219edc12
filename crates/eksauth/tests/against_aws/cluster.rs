//! Clusters that moto plays, and what a lookup logs.

use eksauth::{ClusterLookup, DescribeError};
use eksauth_testing::{Answer, HttpService, Oracles};
use eksauth_token::Region;
use serde_json::json;

use crate::scene::{REGION, SECRET, SESSION_TOKEN, Scene, moto, told};

async fn error_of(scene: &Scene, cluster: &str) -> DescribeError {
    let lookup = ClusterLookup::new(
        scene.settings(),
        Region::new(REGION).unwrap(),
        scene.chain(),
    );
    lookup.describe(cluster).await.unwrap_err()
}

/// Its certificate authority is random, so it is read up to there.
#[tokio::test]
async fn a_cluster_of_moto_is_found() {
    let test = "a_cluster_of_moto_is_found";
    let (Some(moto), Some(oracles)) = (moto(test), Oracles::or_skip(test)) else {
        return;
    };
    let created = oracles.run(
        "boto_calls.py",
        &json!({ "calls": [{
            "service": "eks", "operation": "create_cluster", "region": REGION,
            "endpoint_url": moto.url(),
            "credentials": { "aws_access_key_id": "AKIA", "aws_secret_access_key": "secret" },
            "arguments": {
                "name": "prod", "roleArn": "arn:aws:iam::123456789012:role/Cluster",
                "resourcesVpcConfig": { "subnetIds": ["subnet-0123", "subnet-4567"] },
            },
        }] }),
    );
    assert_eq!(
        created["results"][0]["answer"]["cluster"]["name"], "prod",
        "{created}"
    );

    let scene = Scene::new().with_key().set("AWS_ENDPOINT_URL", moto.url());
    let error = error_of(&scene, "prod").await;
    assert!(
        matches!(&error, DescribeError::CertificateAuthority { cluster, .. } if cluster == "prod"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_cluster_that_moto_does_not_have_is_not_found_in_its_account() {
    let Some(moto) = moto("a_cluster_that_moto_does_not_have_is_not_found_in_its_account") else {
        return;
    };
    let scene = Scene::new().with_key().set("AWS_ENDPOINT_URL", moto.url());
    let told = told(&error_of(&scene, "staging").await);
    assert!(
        told.contains("a cluster `staging` in region eu-west-1 of account 123456789012"),
        "{told}"
    );
}

/// The answers of EKS: a description, a refusal after which STS is asked, and an echo of the secrets
/// that cannot be read.
#[tokio::test]
async fn a_lookup_logs_no_secret() {
    let echo = format!(r#"{{"secret": "{SECRET}", "token": "{SESSION_TOKEN}""#);
    for (status, body) in [
        (200, r#"{"cluster": {"name": "prod", "status": "ACTIVE"}}"#),
        (
            403,
            r#"{"__type": "AccessDeniedException", "message": "no"}"#,
        ),
        (200, &echo),
        (403, &echo),
    ] {
        let body = body.to_owned();
        let service = HttpService::start(move |_| Answer::new(status, body.clone()));
        let scene = Scene::new()
            .with_key()
            .set("AWS_SESSION_TOKEN", SESSION_TOKEN)
            .set("AWS_ENDPOINT_URL", &service.url());
        error_of(&scene, "prod").await;
        for request in service.requests() {
            let authorization = request.header("authorization").unwrap();
            let (_, signature) = authorization.split_once("Signature=").unwrap();
            scene.hide("signature", signature);
        }
        assert!(scene.log().contains("asking EKS for the cluster"));
    }
}
