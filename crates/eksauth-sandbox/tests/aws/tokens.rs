//! Tokens at the door of a cluster.

use eksauth_sandbox::Event;
use serde_json::{Value, json};

use crate::scene::{DEVELOPER, Scene};

#[test]
fn the_token_of_the_aws_cli_is_the_user_that_it_is_mapped_to() {
    let Some(scene) = Scene::or_skip("the_token_of_the_aws_cli_is_the_user_that_it_is_mapped_to")
    else {
        return;
    };
    let mut events = scene.sandbox().events();
    let credential = scene.aws_json("eks get-token --cluster-name demo --output json");
    let token = credential["status"]["token"].as_str().unwrap();
    let (status, review) = ask(&scene, token);
    assert_eq!(status, 201, "{review}");
    assert_eq!(review["status"]["userInfo"]["username"], "developer");
    assert_eq!(
        events.try_recv().unwrap(),
        event("developer", &["sandbox:developers"])
    );
    assert_eq!(scene.sandbox().counters().authenticated, 1);
}

#[test]
fn a_token_for_another_cluster_is_nobodys() {
    let Some(scene) = Scene::or_skip("a_token_for_another_cluster_is_nobodys") else {
        return;
    };
    let mut events = scene.sandbox().events();
    let credential = scene.aws_json("eks get-token --cluster-name prod --output json");
    let token = credential["status"]["token"].as_str().unwrap();
    let (status, answer) = ask(&scene, token);
    assert_eq!(status, 401);
    assert_eq!(answer["message"], "Unauthorized");
    let told = events.try_recv().unwrap().to_string();
    assert!(told.contains("SignatureDoesNotMatch"), "{told}");
    let scan = eksauth_testing::SecretScan::new().token(token);
    scan.assert_clean("the event", &told);
}

fn event(username: &str, groups: &[&str]) -> Event {
    serde_json::from_value(json!({
        "event": "authenticated",
        "cluster": "demo",
        "arn": DEVELOPER,
        "username": username,
        "groups": groups,
    }))
    .unwrap()
}

/// Asks the API server who the token is, with Python's own HTTP client.
fn ask(scene: &Scene, token: &str) -> (u64, Value) {
    let demo = scene.sandbox().cluster("demo").unwrap();
    let output = scene.oracles.run(
        "http_request.py",
        &json!({
            "url": format!("{}/apis/authentication.k8s.io/v1/selfsubjectreviews", demo.server()),
            "ca": demo.ca_pem(),
            "headers": {"Authorization": format!("Bearer {token}"), "Content-Type": "application/json"},
            "body": r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#,
        }),
    );
    (output["status"].as_u64().unwrap(), output["body"].clone())
}
