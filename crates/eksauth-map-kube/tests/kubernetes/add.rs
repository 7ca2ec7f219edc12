//! One more mapping in `aws-auth`.

use std::time::Duration;

use eksauth_map::Who;
use eksauth_map::aws_auth::NewMapping;
use eksauth_map_kube::{AwsAuthAddError, IfMissing, add_role, add_user};
use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::api_server::{ApiServer, api_server};
use crate::objects::{AUDIT, DEPLOY, aws_auth};

const PATH: &str = "/api/v1/namespaces/kube-system/configmaps/aws-auth";

const ROLES: &str = "\
# Who audits.
- rolearn: arn:aws:iam::123456789012:role/Audit
  username: audit
  groups:
  - auditors
";

const ROLES_WITH_DEPLOY: &str = "\
# Who audits.
- rolearn: arn:aws:iam::123456789012:role/Audit
  username: audit
  groups:
  - auditors
- rolearn: arn:aws:iam::123456789012:role/Deploy
  username: deploy
  groups:
  - deployers
";

type Adding = JoinHandle<Result<ConfigMap, AwsAuthAddError>>;

fn new(arn: &str) -> NewMapping {
    NewMapping {
        who: Who::Arn(arn.to_owned()),
        username: "deploy".to_owned(),
        groups: vec!["deployers".to_owned()],
        user_id: None,
    }
}

fn adding(arn: &str, if_missing: IfMissing) -> (ApiServer, Adding) {
    let (client, api) = api_server();
    let mapping = new(arn);
    let adding = tokio::spawn(async move { add_role(&client, &mapping, if_missing).await });
    (api, adding)
}

/// What is to be written, which the API server accepts.
async fn accept(api: &mut ApiServer) -> Value {
    let write = api.next().await;
    let body = write.body.clone();
    write.json(&body);
    body
}

#[tokio::test(start_paused = true)]
async fn a_role_is_added_and_everything_else_stays() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Fail);
    let mut before = aws_auth("41", &[("mapRoles", ROLES), ("note", "ours: # kept\n")]);
    before["metadata"]["labels"] = json!({ "team": "platform" });
    let get = api.next().await;
    assert_eq!((get.method.as_str(), get.path()), ("GET", PATH));
    get.json(&before);
    let put = api.next().await;
    assert_eq!((put.method.as_str(), put.path()), ("PUT", PATH));
    let mut after = before;
    after["data"]["mapRoles"] = ROLES_WITH_DEPLOY.into();
    assert_eq!(put.body, after);
    put.json(&after);
    let updated = adding.await.unwrap().unwrap();
    assert_eq!(updated.data.unwrap()["mapRoles"], ROLES_WITH_DEPLOY);
}

#[tokio::test(start_paused = true)]
async fn a_user_is_added_to_a_section_that_was_not_there() {
    let (client, mut api) = api_server();
    let mapping = new("arn:aws:iam::123456789012:user/Dev");
    let adding = tokio::spawn(async move { add_user(&client, &mapping, IfMissing::Fail).await });
    api.next()
        .await
        .json(&aws_auth("1", &[("mapRoles", ROLES)]));
    let written = accept(&mut api).await;
    assert_eq!(written["data"]["mapRoles"], ROLES);
    let users = written["data"]["mapUsers"].as_str().unwrap();
    assert!(
        users.contains("userarn: arn:aws:iam::123456789012:user/Dev"),
        "{users}"
    );
    adding.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_written_names_the_version_that_was_read() {
    let (mut api, _adding) = adding(DEPLOY, IfMissing::Fail);
    api.next().await.json(&aws_auth("41", &[]));
    let written = accept(&mut api).await;
    assert_eq!(written["metadata"]["resourceVersion"], "41");
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_adds_at_the_same_time_stays() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Fail);
    api.next().await.json(&aws_auth("1", &[]));
    api.next().await.refuse(409, "Conflict");
    api.next()
        .await
        .json(&aws_auth("2", &[("mapRoles", ROLES)]));
    let written = accept(&mut api).await;
    assert_eq!(written["data"]["mapRoles"], ROLES_WITH_DEPLOY);
    assert_eq!(written["metadata"]["resourceVersion"], "2");
    adding.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn five_conflicts_are_an_error() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Fail);
    for _ in 0..5 {
        api.next().await.json(&aws_auth("1", &[]));
        api.next().await.refuse(409, "Conflict");
    }
    let error = adding.await.unwrap().unwrap_err();
    assert!(matches!(error, AwsAuthAddError::Conflict));
    assert!(!api.was_asked());
}

#[tokio::test(start_paused = true)]
async fn tries_have_growing_pauses_between_them() {
    let (mut api, _adding) = adding(DEPLOY, IfMissing::Fail);
    let mut end_of_try = Instant::now();
    for least in [0, 10, 20, 40, 80] {
        let get = api.next().await;
        let pause = end_of_try.elapsed();
        assert!(pause >= Duration::from_millis(least), "{pause:?}");
        assert!(pause <= Duration::from_millis(2 * least + 2), "{pause:?}");
        get.json(&aws_auth("1", &[]));
        api.next().await.refuse(409, "Conflict");
        end_of_try = Instant::now();
    }
}

#[tokio::test(start_paused = true)]
async fn only_conflicts_are_tried_again() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Fail);
    api.next().await.json(&aws_auth("1", &[]));
    api.next().await.refuse(403, "Forbidden");
    let error = adding.await.unwrap().unwrap_err();
    assert!(
        matches!(error, AwsAuthAddError::Refused { code: 403, .. }),
        "{error}"
    );
    assert!(!api.was_asked());
}

#[tokio::test(start_paused = true)]
async fn a_principal_that_is_there_already_is_an_error_and_nothing_is_written() {
    let (mut api, adding) = adding(AUDIT, IfMissing::Fail);
    api.next()
        .await
        .json(&aws_auth("1", &[("mapRoles", ROLES)]));
    let error = adding.await.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "could not add the mapping to `mapRoles` of `kube-system/aws-auth`"
    );
    assert!(!api.was_asked());
}

#[tokio::test(start_paused = true)]
async fn a_section_that_is_no_yaml_is_not_written_over() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Fail);
    api.next()
        .await
        .json(&aws_auth("1", &[("mapRoles", "- rolearn: [\n")]));
    let error = adding.await.unwrap().unwrap_err();
    assert!(matches!(error, AwsAuthAddError::Mapping { .. }), "{error}");
    assert!(!api.was_asked());
}

#[tokio::test(start_paused = true)]
async fn a_config_map_that_is_not_there_is_an_error_that_says_how_to_make_it() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Fail);
    api.next().await.refuse(404, "NotFound");
    let error = adding.await.unwrap().unwrap_err();
    assert!(matches!(error, AwsAuthAddError::Missing));
    let how = "kubectl create configmap aws-auth --namespace kube-system";
    assert!(error.to_string().contains(how), "{error}");
    assert!(!api.was_asked());
}

#[tokio::test(start_paused = true)]
async fn a_config_map_that_is_not_there_is_made_when_asked_for() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Create);
    api.next().await.refuse(404, "NotFound");
    let post = api.next().await;
    assert_eq!(post.method, "POST");
    assert_eq!(post.path(), "/api/v1/namespaces/kube-system/configmaps");
    assert_eq!(post.body["metadata"]["name"], "aws-auth");
    let roles = post.body["data"]["mapRoles"].as_str().unwrap();
    assert!(roles.contains(DEPLOY), "{roles}");
    let body = post.body.clone();
    post.json(&body);
    adding.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_config_map_that_somebody_else_makes_first_is_edited() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Create);
    api.next().await.refuse(404, "NotFound");
    api.next().await.refuse(409, "AlreadyExists");
    api.next()
        .await
        .json(&aws_auth("1", &[("mapRoles", ROLES)]));
    let written = accept(&mut api).await;
    assert_eq!(written["data"]["mapRoles"], ROLES_WITH_DEPLOY);
    adding.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_is_an_error() {
    let (mut api, adding) = adding(DEPLOY, IfMissing::Fail);
    drop(api.next().await);
    let error = adding.await.unwrap().unwrap_err();
    assert!(matches!(error, AwsAuthAddError::NoAnswer { .. }), "{error}");
    assert!(error.to_string().contains("connection reset"), "{error}");
}
