//! What was changed after it was signed is refused, in AWS's words.

use serde_json::{Value, json};

use crate::scene::{ROLE, Scene, assert_refused, call, session, sts, with};

#[test]
fn a_request_that_was_changed_is_refused() {
    let Some(scene) = Scene::or_skip("a_request_that_was_changed_is_refused") else {
        return;
    };
    let assuming = || {
        sts(
            "assume_role",
            json!({"RoleArn": ROLE, "RoleSessionName": "test"}),
        )
    };
    let listing = || call("eks", "list_clusters", json!({}));
    let cases = [
        (
            assuming(),
            json!({"body": ["Developer", "Admin"]}),
            "SignatureDoesNotMatch",
            403,
        ),
        (
            assuming(),
            json!({"headers": {"X-Amz-Date": "20200101T000000Z"}}),
            "SignatureDoesNotMatch",
            403,
        ),
        (
            assuming(),
            json!({"headers": {"Host": "sts.us-east-1.amazonaws.com"}}),
            "SignatureDoesNotMatch",
            403,
        ),
        (
            assuming(),
            json!({"headers": {"Authorization": null}}),
            "MissingAuthenticationToken",
            403,
        ),
        (
            assuming(),
            json!({"headers": {"Authorization": "AWS4-HMAC-SHA256 nonsense"}}),
            "IncompleteSignature",
            400,
        ),
        (
            listing(),
            json!({"url": ["/clusters", "/clusters?maxResults=1"]}),
            "InvalidSignatureException",
            403,
        ),
    ];
    let calls = cases
        .iter()
        .map(|(call, tamper, ..)| with(call.clone(), "tamper", tamper.clone()));
    let results = scene.boto_all(calls.collect());
    for ((_, tamper, code, status), result) in cases.iter().zip(&results) {
        assert_eq!(result["error"]["code"], *code, "{tamper}: {result}");
        assert_eq!(result["error"]["status"], *status, "{tamper}: {result}");
    }
}

#[test]
fn keys_and_sessions_that_are_not_known_are_refused() {
    let Some(scene) = Scene::or_skip("keys_and_sessions_that_are_not_known_are_refused") else {
        return;
    };
    let asking = |credentials: Value| {
        with(
            sts("get_caller_identity", json!({})),
            "credentials",
            credentials,
        )
    };
    let assumed = scene.boto(
        sts(
            "assume_role",
            json!({"RoleArn": ROLE, "RoleSessionName": "test"}),
        )
        .into(),
    );
    let whole = session(&assumed);
    let changed = |name: &str, value: Value| {
        let mut credentials = whole.clone();
        credentials[name] = value;
        asking(credentials)
    };
    let results = scene.boto_all(vec![
        changed("aws_access_key_id", json!("ASIANOBODYKNOWSTHISONE")),
        changed("aws_secret_access_key", json!("anything")),
        changed("aws_session_token", json!("anything")),
        changed("aws_session_token", Value::Null),
    ]);
    assert_refused(&results[0], "InvalidClientTokenId", 403);
    assert_refused(&results[1], "SignatureDoesNotMatch", 403);
    assert_refused(&results[2], "InvalidClientTokenId", 403);
    assert_refused(&results[3], "InvalidClientTokenId", 403);

    scene.sandbox().faults().expire_sessions();
    assert_refused(&scene.boto(asking(whole)), "ExpiredToken", 403);
}

#[test]
fn faults_are_what_a_client_meets() {
    let Some(scene) = Scene::or_skip("faults_are_what_a_client_meets") else {
        return;
    };
    let asking = || Value::from(sts("get_caller_identity", json!({})));
    let faults = scene.sandbox().faults();
    faults.throttle_every(std::num::NonZeroU32::new(1));
    assert_refused(&scene.boto(asking()), "Throttling", 400);
    faults.clear();
    faults.set_unavailable(true);
    assert_refused(&scene.boto(asking()), "ServiceUnavailable", 503);
    faults.clear();
    faults.set_outage(true);
    let result = scene.boto(asking());
    assert_eq!(result["error"]["status"], 0, "{result}");
    faults.clear();
    faults.set_clock_skew(jiff::SignedDuration::from_mins(20));
    assert_refused(&scene.boto(asking()), "SignatureDoesNotMatch", 403);
    faults.clear();
    let id = scene.sandbox().access_keys()[0].id().to_owned();
    faults.revoke(&id);
    assert_refused(&scene.boto(asking()), "InvalidClientTokenId", 403);
    faults.restore(&id);
    assert!(scene.boto(asking())["answer"].is_object());
}

#[test]
fn other_aws_services_end_in_the_sandbox() {
    let Some(scene) = Scene::or_skip("other_aws_services_end_in_the_sandbox") else {
        return;
    };
    let result = scene.boto(call("ec2", "describe_instances", json!({})).into());
    let message = result["error"]["message"].as_str().unwrap();
    assert!(message.contains("this local AWS"), "{result}");
}
