use serde_json::{Value, json};

use crate::scene::{DEVELOPER, ROLE, Scene, assert_refused, session, sts, with};

#[test]
fn a_user_is_who_it_is_by_host_name_and_by_endpoint_url() {
    let Some(scene) = Scene::or_skip("a_user_is_who_it_is_by_host_name_and_by_endpoint_url") else {
        return;
    };
    let asking = || sts("get_caller_identity", json!({}));
    let by_url = with(asking(), "endpoint_url", json!(scene.sandbox().aws_url()));
    let global = with(asking(), "region", json!("us-east-1"));
    for result in scene.boto_all(vec![asking().into(), by_url, global]) {
        let answer = &result["answer"];
        assert_eq!(answer["Arn"], DEVELOPER, "{result}");
        assert_eq!(answer["Account"], "111122223333");
        assert!(answer["UserId"].as_str().unwrap().starts_with("AIDA"));
    }
    let counted = scene.sandbox().counters();
    assert_eq!(counted.requests["sts"]["GetCallerIdentity"], 3);
    assert!(counted.refusals.is_empty());
}

#[test]
fn an_assumed_role_is_its_session() {
    let Some(scene) = Scene::or_skip("an_assumed_role_is_its_session") else {
        return;
    };
    let assumed = scene.boto(assume(json!({"RoleArn": ROLE, "RoleSessionName": "a@b"})));
    let user = &assumed["answer"]["AssumedRoleUser"];
    assert_eq!(
        user["Arn"], "arn:aws:sts::111122223333:assumed-role/Developer/a@b",
        "{assumed}"
    );
    let id = user["AssumedRoleId"].as_str().unwrap();
    assert!(id.starts_with("AROA") && id.ends_with(":a@b"), "{id}");

    let asking = with(
        sts("get_caller_identity", json!({})),
        "credentials",
        session(&assumed),
    );
    let identity = scene.boto(asking);
    assert_eq!(identity["answer"]["Arn"], user["Arn"]);
    assert_eq!(identity["answer"]["UserId"], user["AssumedRoleId"]);
}

#[test]
fn a_role_is_assumed_by_whom_it_trusts_and_no_longer_than_it_allows() {
    let Some(scene) =
        Scene::or_skip("a_role_is_assumed_by_whom_it_trusts_and_no_longer_than_it_allows")
    else {
        return;
    };
    let role = |name: &str, more: Value| {
        let mut arguments = json!({
            "RoleArn": format!("arn:aws:iam::111122223333:role/{name}"),
            "RoleSessionName": "test",
        });
        let more = more.as_object().unwrap().clone();
        arguments.as_object_mut().unwrap().extend(more);
        assume(arguments)
    };
    let results = scene.boto_all(vec![
        role("NoSuchRole", json!({})),
        role("External", json!({})),
        role("External", json!({"ExternalId": "another-one"})),
        role("External", json!({"ExternalId": "sandbox-external-id"})),
        role("Admin", json!({"DurationSeconds": 3601})),
        role("Developer", json!({"DurationSeconds": 43200})),
        role("WebIdentity", json!({})),
    ]);
    assert_refused(&results[0], "AccessDenied", 403);
    assert_refused(&results[1], "AccessDenied", 403);
    assert_refused(&results[2], "AccessDenied", 403);
    assert!(results[3]["answer"].is_object(), "{}", results[3]);
    assert_refused(&results[4], "ValidationError", 400);
    assert!(results[5]["answer"].is_object(), "{}", results[5]);
    assert_refused(&results[6], "AccessDenied", 403);
}

#[test]
fn a_session_token_is_good_for_the_user_that_got_it() {
    let Some(scene) = Scene::or_skip("a_session_token_is_good_for_the_user_that_got_it") else {
        return;
    };
    let got = scene.boto(sts("get_session_token", json!({})).into());
    let asking = with(
        sts("get_caller_identity", json!({})),
        "credentials",
        session(&got),
    );
    let again = with(
        sts("get_session_token", json!({})),
        "credentials",
        session(&got),
    );
    let results = scene.boto_all(vec![asking, again]);
    assert_eq!(results[0]["answer"]["Arn"], DEVELOPER);
    assert_refused(&results[1], "AccessDenied", 403);
}

#[test]
fn a_web_identity_becomes_the_role_that_trusts_it() {
    let Some(scene) = Scene::or_skip("a_web_identity_becomes_the_role_that_trusts_it") else {
        return;
    };
    let sandbox = scene.sandbox();
    let good = sandbox.web_identity_token("system:serviceaccount:default:app");
    let other = sandbox.web_identity_token("system:serviceaccount:default:other");
    let assuming = |token: &str| {
        let arguments = json!({
            "RoleArn": "arn:aws:iam::111122223333:role/WebIdentity",
            "RoleSessionName": "pod",
            "WebIdentityToken": token,
        });
        Value::from(sts("assume_role_with_web_identity", arguments))
    };
    let results = scene.boto_all(vec![
        assuming(&good),
        assuming(&other),
        assuming(&format!("{}x", *good)),
    ]);
    let arn = &results[0]["answer"]["AssumedRoleUser"]["Arn"];
    assert_eq!(
        arn, "arn:aws:sts::111122223333:assumed-role/WebIdentity/pod",
        "{}",
        results[0]
    );
    assert_refused(&results[1], "AccessDenied", 403);
    assert_refused(&results[2], "InvalidIdentityToken", 400);
}

fn assume(arguments: Value) -> Value {
    sts("assume_role", arguments).into()
}
