use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::scene::{Scene, assert_refused, call, with};

#[test]
fn clusters_are_listed_and_described() {
    let Some(scene) = Scene::or_skip("clusters_are_listed_and_described") else {
        return;
    };
    let describing =
        |name: &str| Value::from(call("eks", "describe_cluster", json!({"name": name})));
    let results = scene.boto_all(vec![
        call("eks", "list_clusters", json!({})).into(),
        describing("demo"),
        describing("creating"),
        describing("nowhere"),
        with(
            call("eks", "describe_cluster", json!({"name": "demo"})),
            "region",
            json!("us-east-1"),
        ),
    ]);
    assert_eq!(
        results[0]["answer"]["clusters"],
        json!(["creating", "demo"]),
        "{}",
        results[0]
    );

    let demo = &results[1]["answer"]["cluster"];
    let running = scene.sandbox().cluster("demo").unwrap();
    assert_eq!(demo["endpoint"], running.server());
    assert_eq!(
        demo["arn"],
        "arn:aws:eks:eu-west-1:111122223333:cluster/demo"
    );
    assert_eq!(demo["status"], "ACTIVE");
    let ca = demo["certificateAuthority"]["data"].as_str().unwrap();
    assert_eq!(
        BASE64.decode(ca.as_bytes()).unwrap(),
        running.ca_pem().as_bytes()
    );

    let creating = &results[2]["answer"]["cluster"];
    assert_eq!(creating["status"], "CREATING");
    assert!(creating.get("endpoint").is_none(), "{creating}");

    assert_refused(&results[3], "ResourceNotFoundException", 404);
    assert_refused(&results[4], "ResourceNotFoundException", 404);
}

#[test]
fn whoever_is_denied_to_describe_is_told_which_action() {
    let Some(scene) = Scene::or_skip("whoever_is_denied_to_describe_is_told_which_action") else {
        return;
    };
    let keys = scene.sandbox().access_keys();
    let ci = keys
        .iter()
        .find(|it| it.user_arn().ends_with("/ci"))
        .unwrap();
    let describing = with(
        call("eks", "describe_cluster", json!({"name": "demo"})),
        "credentials",
        json!({"aws_access_key_id": ci.id(), "aws_secret_access_key": ci.secret_access_key()}),
    );
    let result = scene.boto(describing);
    assert_refused(&result, "AccessDeniedException", 403);
    let message = result["error"]["message"].as_str().unwrap();
    assert!(message.contains("eks:DescribeCluster"), "{message}");
}
