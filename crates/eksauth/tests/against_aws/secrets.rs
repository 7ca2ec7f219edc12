//! Nothing secret reaches a log, at any level, of any target, from any source of credentials.

use eksauth::{AssumeRole, TokenSource};
use eksauth_testing::{Answer, HttpService, SecretScan};
use eksauth_token::{ClusterId, EndpointOptions, Region, StsEndpoint};

use crate::scene::{
    MFA_SERIAL, PROFILE_ACCESS_KEY_ID, PROFILE_SECRET, REGION, SESSION_TOKEN, Scene, ScriptedMfa,
    moto, sso_token,
};

const ROLE: &str = "arn:aws:iam::123456789012:role/Quiet";
const SERVED_SECRET: &str = "served/Zq8rTyUiOpAsDfGhJkLzXcVbNm123456";
const SERVED_SESSION: &str = "served-session/IQoJb3JpZ2luX2VjEJr//////////wEaCXVz==";

/// What metadata services and credential processes answer with.
fn served(extra: &str) -> String {
    format!(
        r#"{{{extra} "AccessKeyId": "ASIASERVED1234567890", "SecretAccessKey": "{SERVED_SECRET}",
            "Token": "{SERVED_SESSION}", "SessionToken": "{SERVED_SESSION}",
            "Expiration": "2026-01-01T13:00:00Z"}}"#
    )
}

#[tokio::test]
async fn assuming_a_role_with_mfa_logs_no_secret() {
    let Some(moto) = moto("assuming_a_role_with_mfa_logs_no_secret") else {
        return;
    };
    let scene = Scene::new()
        .with_key()
        .set("AWS_SESSION_TOKEN", SESSION_TOKEN)
        .with_sts(moto.url());
    scene.hide("MFA code", "739105");
    let role = AssumeRole::new(ROLE).unwrap().with_mfa_serial(MFA_SERIAL);
    let chain = scene
        .chain()
        .with_role(role)
        .with_mfa_prompt(ScriptedMfa::showing(&["739105", "739105"]));
    scene.credentials(&chain).await;

    let source = TokenSource::new(
        ClusterId::new("prod").unwrap(),
        StsEndpoint::new(&Region::new(REGION).unwrap(), EndpointOptions::default()),
        chain,
        scene.clock().clone(),
    );
    let token = source.token().await.unwrap();
    let scan = SecretScan::new().token(token.expose());
    scan.assert_clean("the log", scene.log());
    scan.assert_clean("Debug", format!("{source:?} {token:?}"));
}

#[tokio::test]
async fn web_identity_logs_no_secret() {
    let Some(moto) = moto("web_identity_logs_no_secret") else {
        return;
    };
    let identity = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJlLW9mLXRva2Vu";
    let scene = Scene::new().with_sts(moto.url());
    let file = scene.write("identity", identity);
    scene.hide("web identity token", identity);
    let scene = scene
        .set("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap())
        .set("AWS_ROLE_ARN", ROLE);
    scene.credentials(&scene.chain()).await;
}

#[tokio::test]
async fn instance_metadata_logs_no_secret() {
    let metadata_token = "AQAEAFTNrA4eEGx0AQgJ1arIq_Cc-t4tWt3fB0Hd8RKhXlKc5ccvhg==";
    let service = HttpService::start(move |request| match request.path.as_str() {
        "/latest/api/token" => Answer::new(200, metadata_token)
            .with_header("x-aws-ec2-metadata-token-ttl-seconds", "21600"),
        path if path.ends_with("/NodeRole") => {
            Answer::new(200, served(r#""Code": "Success", "Type": "AWS-HMAC","#))
        }
        path if path.contains("security-credentials") => Answer::new(200, "NodeRole"),
        _ => Answer::new(404, ""),
    });
    let scene = Scene::new()
        .set("AWS_EC2_METADATA_DISABLED", "false")
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &service.url());
    scene.hide("metadata token", metadata_token);
    let credentials = scene.credentials(&scene.chain()).await;
    assert_eq!(credentials.secret_access_key(), SERVED_SECRET);
}

#[tokio::test]
async fn container_credentials_log_no_secret() {
    let service = HttpService::start(|_| Answer::new(200, served("")));
    let authorization = "pod-identity-eyJhbGciOiJSUzI1NiIsImtpZCI6";
    let scene = Scene::new()
        .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &service.url())
        .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", authorization);
    scene.hide("container authorization token", authorization);
    let credentials = scene.credentials(&scene.chain()).await;
    assert_eq!(credentials.secret_access_key(), SERVED_SECRET);
    let requests = service.requests();
    assert_eq!(requests[0].header("authorization"), Some(authorization));
}

#[tokio::test]
async fn sso_logs_no_secret() {
    let portal = HttpService::start(|_| {
        Answer::new(
            200,
            format!(
                r#"{{"roleCredentials": {{"accessKeyId": "ASIASERVED1234567890",
                    "secretAccessKey": "{SERVED_SECRET}", "sessionToken": "{SERVED_SESSION}",
                    "expiration": 1767272400000}}}}"#
            ),
        )
    });
    let scene = Scene::new()
        .set("AWS_ENDPOINT_URL_SSO", &portal.url())
        .with_config(sso_token::CONFIG);
    sso_token::write(&scene, "2026-01-01T13:00:00Z");
    let credentials = scene.credentials(&scene.chain_of("sso")).await;
    assert_eq!(credentials.secret_access_key(), SERVED_SECRET);
    let requests = portal.requests();
    assert_eq!(
        requests[0].header("x-amz-sso_bearer_token"),
        Some(sso_token::ACCESS_TOKEN)
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_credential_process_logs_no_secret() {
    let scene = Scene::new();
    scene.write("answer", &served(r#""Version": 1,"#));
    let password = "hunter2-of-the-vault-7Xk29sLq";
    scene.hide("password of the process", password);
    let command = format!(
        "cat {}/answer # --password {password}",
        scene.home().display()
    );
    let scene = scene.with_config(&format!(
        "[profile process]\ncredential_process = {command}\n"
    ));
    let credentials = scene.credentials(&scene.chain_of("process")).await;
    assert_eq!(credentials.secret_access_key(), SERVED_SECRET);
}

#[tokio::test]
async fn a_key_that_is_in_both_files_logs_no_secret() {
    let key = |profile: &str| {
        format!(
            "[{profile}]\naws_access_key_id = {PROFILE_ACCESS_KEY_ID}\n\
             aws_secret_access_key = {PROFILE_SECRET}\naws_session_token = {SESSION_TOKEN}\n"
        )
    };
    let scene = Scene::new()
        .with_config(&key("profile twice"))
        .with_credentials_file(&key("twice"));
    let chain = scene.chain_of("twice");
    assert!(chain.immediate().unwrap().is_some());
    scene.credentials(&chain).await;
}

/// An answer of STS that cannot be read, with the secrets in it.
#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_repeated() {
    for broken in ["</Broken>", ""] {
        let answer = format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials>\
             <SecretAccessKey>{SERVED_SECRET}</SecretAccessKey>\
             <SessionToken>{SERVED_SESSION}</SessionToken>{broken}"
        );
        let sts = HttpService::start(move |_| Answer::new(200, answer.clone()));
        let scene = Scene::new().with_key().with_sts(&sts.url());
        scene.hide("secret key in the answer", SERVED_SECRET);
        scene.hide("session token in the answer", SERVED_SESSION);
        let chain = scene.chain().with_role(AssumeRole::new(ROLE).unwrap());
        scene.error(&chain).await;

        // The SDK's own client, of a web identity.
        let identity = scene.write("identity", "a-web-identity-token");
        let scene = scene
            .set("AWS_ACCESS_KEY_ID", "")
            .set("AWS_WEB_IDENTITY_TOKEN_FILE", identity.to_str().unwrap())
            .set("AWS_ROLE_ARN", ROLE);
        scene.error(&scene.chain()).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_credential_process_says_wrongly_is_not_repeated() {
    for answer in [
        format!("secret {SERVED_SECRET} {SERVED_SESSION}"),
        format!(r#"{{"Version": 1, "SecretAccessKey": "{SERVED_SECRET}""#),
        format!(r#"{{"Version": "{SERVED_SECRET}"}}"#),
        format!(
            r#"{{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "{SERVED_SECRET}",
                    "Expiration": "{SERVED_SESSION}"}}"#
        ),
    ] {
        let scene = Scene::new();
        scene.hide("secret key in the output", SERVED_SECRET);
        scene.hide("session token in the output", SERVED_SESSION);
        let file = scene.write("answer", &answer);
        let scene = scene.with_config(&format!(
            "[profile process]\ncredential_process = cat {}\n",
            file.display()
        ));
        scene.error(&scene.chain_of("process")).await;
    }
}
