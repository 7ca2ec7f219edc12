//! What STS is sent.

use eksauth_server::VerifyError;
use eksauth_token::{
    ClusterId, EndpointOptions, Problem, Region, Signer, SigningCredentials, StsEndpoint,
};

use crate::scene::{CLUSTER, Scene, url_in};

#[tokio::test]
async fn the_request_is_the_signed_one_to_the_byte() {
    let scene = Scene::new().await;
    let token = scene.token();
    let identity = scene.verify(&scene.verifier(), &token).await.unwrap();
    assert_eq!(
        identity.canonical_arn(),
        "arn:aws:iam::123456789012:role/Deploy"
    );
    assert_eq!(identity.session_name(), "bob@example.com");
    assert_eq!(identity.access_key_id(), "ASIA0000000000000000");
    assert_eq!(identity.sts_host(), "sts.eu-west-1.amazonaws.com");

    let url = url_in(&token);
    let target = url
        .strip_prefix("https://sts.eu-west-1.amazonaws.com")
        .unwrap();
    let requests = scene.sts.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].line(), format!("GET {target} HTTP/1.1"));
}

#[tokio::test]
async fn the_headers_are_the_cluster_the_format_and_the_host_and_no_others() {
    let scene = Scene::new().await;
    scene
        .verify(&scene.verifier(), &scene.token())
        .await
        .unwrap();
    let sent = scene.sts.requests()[0].headers();
    let sent: Vec<_> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(
        sent,
        [
            ("accept", "application/json"),
            ("host", "sts.eu-west-1.amazonaws.com"),
            ("x-k8s-aws-id", CLUSTER),
        ]
    );
}

#[tokio::test]
async fn the_cluster_is_the_verifiers_whatever_the_token_was_signed_for() {
    let scene = Scene::new().await;
    scene
        .sts
        .otherwise(crate::fake_sts::Answer::error(403, "SignatureDoesNotMatch"));
    let credentials = SigningCredentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG");
    let endpoint = StsEndpoint::new(
        &Region::new("eu-west-1").unwrap(),
        EndpointOptions::default(),
    );
    let signer = Signer::new(credentials, endpoint).unwrap();
    let elsewhere = ClusterId::new("elsewhere").unwrap();
    let now = "2026-01-01T12:00:00Z".parse().unwrap();
    let token = signer.sign(&elsewhere, now).unwrap();
    let verdict = scene.verify(&scene.verifier(), token.expose()).await;

    let Err(VerifyError::Denied { status: 403, code }) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(code.as_str(), "SignatureDoesNotMatch");
    let cluster = ("x-k8s-aws-id".to_owned(), CLUSTER.to_owned());
    assert!(scene.sts.requests()[0].headers().contains(&cluster));
}

#[tokio::test]
async fn the_host_of_the_token_is_asked_for_in_tls_and_in_http() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let legacy_global = EndpointOptions {
        legacy_global: true,
        ..EndpointOptions::default()
    };
    for (token, host) in [
        (scene.token(), "sts.eu-west-1.amazonaws.com"),
        (scene.token_in("us-east-1"), "sts.us-east-1.amazonaws.com"),
        (
            scene.token_for("us-east-1", legacy_global),
            "sts.amazonaws.com",
        ),
    ] {
        let identity = scene.verify(&verifier, &token).await.unwrap();
        assert_eq!(identity.sts_host(), host);
        let request = scene.sts.requests().pop().unwrap();
        assert_eq!(request.server_name.as_deref(), Some(host));
        let header = ("host".to_owned(), host.to_owned());
        assert!(request.headers().contains(&header), "{request:?}");
    }
}

#[tokio::test]
async fn a_token_that_breaks_a_rule_causes_no_connection() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let good = scene.token();
    let foreign = scene.token_in("cn-north-1");
    for token in [
        "",
        "k8s-aws-v1.",
        "not a token",
        &good.replace("k8s-aws-v1", "k8s-aws-v2"),
        &foreign,
    ] {
        let verdict = scene.verify(&verifier, token).await;
        assert!(matches!(verdict, Err(VerifyError::Token(_))), "{verdict:?}");
    }
    scene
        .clock
        .advance(std::time::Duration::from_secs(15 * 60 + 1));
    let verdict = scene.verify(&verifier, &good).await;
    assert!(
        matches!(verdict, Err(VerifyError::Token(Problem::Expired { .. }))),
        "{verdict:?}"
    );
    assert_eq!(scene.sts.tally().connections, 0);
}
