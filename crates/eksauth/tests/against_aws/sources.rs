//! Sources that the SDK asks: web identity, processes, containers, instances, or none at all.

use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use eksauth::CredentialError;
use eksauth_testing::{Answer, HttpService};

use crate::roles::arn;
use crate::scene::{Scene, moto};

/// What containers and processes answer with.
fn served(extra: &str, secret: &str) -> String {
    format!(
        r#"{{{extra} "AccessKeyId": "ASIASERVED", "SecretAccessKey": "{secret}",
            "Token": "{secret}/token", "SessionToken": "{secret}/token",
            "Expiration": "2026-01-01T13:00:00Z"}}"#
    )
}

const SERVED_SECRET: &str = "of-the-source/Zq8rTyUiOpAsDfGhJkLzXcVbNm";

#[tokio::test]
async fn a_web_identity_in_the_environment_becomes_a_session() {
    let Some(moto) = moto("a_web_identity_in_the_environment_becomes_a_session") else {
        return;
    };
    let scene = Scene::new().with_sts(moto.url());
    let token = "eyJhbGciOiJSUzI1NiJ9.of-the-pod.c2lnbmF0dXJl";
    scene.hide("web identity token", token);
    let file = scene.write("token", token);
    let scene = scene
        .set("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap())
        .set("AWS_ROLE_ARN", &arn("OfThePod"))
        .set("AWS_ROLE_SESSION_NAME", "pod");
    let chain = scene.chain();
    assert_eq!(chain.immediate().unwrap(), None);
    let credentials = scene.credentials(&chain).await;
    assert!(credentials.session_token().is_some());

    let mut calls = moto.calls("AssumeRoleWithWebIdentity");
    calls.retain(|call| call["RoleArn"] == arn("OfThePod"));
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["WebIdentityToken"], token);
    assert_eq!(calls[0]["RoleSessionName"], "pod");
}

#[cfg(unix)]
#[tokio::test]
async fn a_credential_process_is_run() {
    use std::os::unix::fs::PermissionsExt as _;

    let scene = Scene::new();
    let answer = served(r#""Version": 1,"#, SERVED_SECRET);
    let script = scene.write(
        "process",
        &format!("#!/bin/sh\ncat <<'END'\n{answer}\nEND\n"),
    );
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    let scene = scene.with_config(&format!(
        "[profile process]\ncredential_process = {}\n",
        script.display()
    ));
    let credentials = scene.credentials(&scene.chain_of("process")).await;
    assert_eq!(credentials.secret_access_key(), SERVED_SECRET);
    assert!(credentials.expiry().is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn a_credential_process_that_fails_says_why_with_its_profile() {
    let scene = Scene::new().with_config(
        "[profile process]\ncredential_process = echo the vault is sealed >&2; exit 3\n",
    );
    let (error, told) = scene.error(&scene.chain_of("process")).await;
    assert!(matches!(error, CredentialError::Source { .. }), "{error:?}");
    assert!(told.contains("`process`"), "{told}");
    assert!(told.contains("the vault is sealed"), "{told}");
}

#[tokio::test]
async fn a_container_is_asked_at_the_endpoint_of_its_variables() {
    let service = HttpService::start(|request| {
        assert_eq!(request.path, "/credentials");
        Answer::new(200, served("", SERVED_SECRET))
    });
    let scene = Scene::new();
    let token = "pod-identity-eyJhbGciOiJSUzI1NiIsImtpZCI6";
    scene.hide("container authorization token", token);
    let file = scene.write("authorization", token);
    let scene = scene
        .set(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            &format!("{}/credentials", service.url()),
        )
        .set(
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            file.to_str().unwrap(),
        );
    let credentials = scene.credentials(&scene.chain()).await;
    assert_eq!(credentials.secret_access_key(), SERVED_SECRET);
    let requests = service.requests();
    assert_eq!(requests[0].header("authorization"), Some(token));
}

#[tokio::test]
async fn an_instance_is_asked_last() {
    let service = HttpService::start(|request| match request.path.as_str() {
        "/latest/api/token" => Answer::new(200, "a-metadata-token")
            .with_header("x-aws-ec2-metadata-token-ttl-seconds", "21600"),
        path if path.ends_with("/Node") => Answer::new(
            200,
            served(r#""Code": "Success", "Type": "AWS-HMAC","#, SERVED_SECRET),
        ),
        path if path.contains("security-credentials") => Answer::new(200, "Node"),
        _ => Answer::new(404, ""),
    });
    let scene = Scene::new()
        .set("AWS_EC2_METADATA_DISABLED", "false")
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &service.url());
    let credentials = scene.credentials(&scene.chain()).await;
    assert_eq!(credentials.secret_access_key(), SERVED_SECRET);
}

#[tokio::test]
async fn where_there_is_nothing_every_source_is_listed() {
    let scene = Scene::new();
    let (error, told) = scene.error(&scene.chain()).await;
    assert!(
        matches!(error, CredentialError::NoneFound { .. }),
        "{error:?}"
    );
    for source in [
        "environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
        "profile `default`: is not in",
        "web identity: ",
        "container: ",
        "instance metadata: disabled by AWS_EC2_METADATA_DISABLED",
        "aws sso login",
    ] {
        assert!(told.contains(source), "no {source:?} in {told}");
    }
}

#[tokio::test]
async fn a_chain_of_providers_is_told_when_to_go_on_to_the_next() {
    let nothing = Scene::new();
    let error = nothing.chain().provide_credentials().await.unwrap_err();
    assert!(matches!(error, CredentialsError::CredentialsNotLoaded(_)));
    let broken = Scene::new().with_config("[default]\ncredential_process = false\n");
    let error = broken.chain().provide_credentials().await.unwrap_err();
    assert!(matches!(error, CredentialsError::ProviderError(_)));
}

#[tokio::test]
async fn an_empty_profile_is_told_apart_from_a_missing_one() {
    let scene = Scene::new().with_config("[default]\nregion = eu-west-1\n");
    let (error, told) = scene.error(&scene.chain()).await;
    assert!(
        matches!(error, CredentialError::NoneFound { .. }),
        "{error:?} {told}"
    );
    assert!(
        told.contains("profile `default`: has no credentials in"),
        "{told}"
    );
}
