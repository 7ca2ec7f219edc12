//! A role on top of the base credentials: moto sees what was asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use eksauth::{AssumeRole, SessionName};
use eksauth_testing::MotoServer;

use crate::scene::{Scene, moto};
use crate::sts::giving_sessions;

/// The one call for a role.
pub(crate) fn call(moto: &MotoServer, role: &str) -> BTreeMap<String, String> {
    let mut calls = moto.calls("AssumeRole");
    calls.retain(|call| call["RoleArn"] == role);
    assert_eq!(calls.len(), 1, "calls for {role}");
    calls.remove(0)
}

pub(crate) fn arn(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

fn role(name: &str) -> AssumeRole {
    AssumeRole::new(arn(name)).unwrap()
}

#[tokio::test]
async fn a_role_is_asked_for_as_it_was_described() {
    let Some(moto) = moto("a_role_is_asked_for_as_it_was_described") else {
        return;
    };
    let scene = Scene::new().with_key().with_sts(moto.url());
    let role = role("Described")
        .with_external_id("our-agreement")
        .unwrap()
        .with_session_name(SessionName::named("dev@example.com").unwrap())
        .with_duration(Duration::from_secs(1800))
        .unwrap();
    let chain = scene.chain().with_role(role);
    let credentials = scene.credentials(&chain).await;
    assert!(credentials.access_key_id().starts_with("ASIA"));
    assert!(credentials.session_token().is_some() && credentials.expiry().is_some());

    let call = call(moto, &arn("Described"));
    assert_eq!(call["ExternalId"], "our-agreement");
    assert_eq!(call["RoleSessionName"], "dev@example.com");
    assert_eq!(call["DurationSeconds"], "1800");
    assert!(!call.contains_key("SerialNumber") && !call.contains_key("TokenCode"));
}

#[tokio::test]
async fn what_was_not_described_is_not_asked_for() {
    let Some(moto) = moto("what_was_not_described_is_not_asked_for") else {
        return;
    };
    let scene = Scene::new().with_key().with_sts(moto.url());
    let chain = scene.chain().with_role(role("Plain"));
    scene.credentials(&chain).await;
    let call = call(moto, &arn("Plain"));
    assert_eq!(call["RoleSessionName"], "eksauth");
    let names: Vec<_> = call.keys().map(String::as_str).collect();
    assert_eq!(names, ["Action", "RoleArn", "RoleSessionName", "Version"]);
}

#[tokio::test]
async fn the_session_name_of_the_base_credentials_is_forwarded() {
    let Some(moto) = moto("the_session_name_of_the_base_credentials_is_forwarded") else {
        return;
    };
    let scene = Scene::new().with_key().with_sts(moto.url());
    let first = role("First").with_session_name(SessionName::named("carol").unwrap());
    let chain = scene.chain().with_role(first);
    let base = scene.credentials(&chain).await;

    let scene = scene
        .set("AWS_ACCESS_KEY_ID", base.access_key_id())
        .set("AWS_SECRET_ACCESS_KEY", base.secret_access_key())
        .set("AWS_SESSION_TOKEN", base.session_token().unwrap());
    let forwarded = role("Forwarded").with_session_name(SessionName::forwarded());
    let chain = scene.chain().with_role(forwarded);
    scene.credentials(&chain).await;
    assert_eq!(call(moto, &arn("Forwarded"))["RoleSessionName"], "carol");
}

#[tokio::test]
async fn base_credentials_without_a_session_name_have_none_to_forward() {
    let Some(moto) = moto("base_credentials_without_a_session_name_have_none_to_forward") else {
        return;
    };
    let scene = Scene::new().with_key().with_sts(moto.url());
    let forwarded = role("Nameless").with_session_name(SessionName::forwarded());
    let chain = scene.chain().with_role(forwarded);
    scene.credentials(&chain).await;
    assert_eq!(call(moto, &arn("Nameless"))["RoleSessionName"], "eksauth");
}

#[tokio::test]
async fn a_role_on_top_of_a_profile_with_a_role_is_assumed_with_its_session() {
    let Some(moto) = moto("a_role_on_top_of_a_profile_with_a_role") else {
        return;
    };
    let scene = Scene::new().with_sts(moto.url()).with_config(&format!(
        "[profile below]\nrole_arn = {}\nsource_profile = keys\nduration_seconds = 900\n{}",
        arn("Below"),
        crate::profiles::keys("keys"),
    ));
    let chain = scene.chain_of("below").with_role(role("Above"));
    let credentials = scene.credentials(&chain).await;
    assert!(credentials.access_key_id().starts_with("ASIA"));
    assert_eq!(call(moto, &arn("Below"))["DurationSeconds"], "900");
    call(moto, &arn("Above"));
    // Moto's record has the requests as they were signed.
    let signed_by = |role: &str| {
        let body = format!("role%2F{role}");
        let requests = moto.requests();
        let request = requests.iter().find(|request| {
            let text = request["body"].as_str().unwrap_or_default();
            text.contains(&body) || decoded(text).contains(&body)
        });
        request.unwrap()["headers"]["Authorization"].to_string()
    };
    assert!(signed_by("Below").contains(crate::scene::PROFILE_ACCESS_KEY_ID));
    assert!(signed_by("Above").contains("Credential=ASIA"));
}

fn decoded(base64: &str) -> String {
    let bytes = data_encoding::BASE64.decode(base64.as_bytes());
    String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
}

#[tokio::test]
async fn on_whose_behalf_a_role_is_assumed_is_told_in_signed_headers() {
    const CLUSTER: &str = "arn:aws:eks:eu-west-1:210987654321:cluster/prod";
    let sts = giving_sessions();
    let scene = Scene::new().with_key().with_sts(&sts.url());
    for role in [
        role("Plain"),
        role("OnBehalf").with_source_arn(CLUSTER).unwrap(),
    ] {
        scene.credentials(&scene.chain().with_role(role)).await;
    }
    let [plain, on_behalf] = &sts.requests()[..] else {
        panic!("expected a request for each role");
    };
    assert_eq!(plain.header("x-amz-source-arn"), None);
    assert_eq!(plain.header("x-amz-source-account"), None);
    assert_eq!(on_behalf.header("x-amz-source-arn"), Some(CLUSTER));
    assert_eq!(
        on_behalf.header("x-amz-source-account"),
        Some("210987654321")
    );
    let signed = on_behalf.header("authorization").unwrap();
    assert!(
        signed.contains(";x-amz-source-account;x-amz-source-arn"),
        "{signed}"
    );
}
