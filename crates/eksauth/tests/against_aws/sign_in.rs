//! Sign-ins that are over, or never were: the error names the command that renews them.

use eksauth::CredentialError;

use crate::scene::{Scene, sso_token};

async fn command(scene: &Scene, profile: &str) -> String {
    let (error, told) = scene.error(&scene.chain_of(profile)).await;
    let CredentialError::SignInExpired { command, .. } = error else {
        panic!("{told}");
    };
    assert!(told.contains(&format!("run `{command}`")), "{told}");
    command
}

#[tokio::test]
async fn without_a_sign_in_the_command_of_the_profile_is_named() {
    let scene = Scene::new().with_config(sso_token::CONFIG);
    assert_eq!(command(&scene, "sso").await, "aws sso login --profile sso");
}

#[tokio::test]
async fn a_sign_in_that_has_expired_is_named_without_asking_aws() {
    let scene = Scene::new().with_config(sso_token::CONFIG);
    sso_token::write(&scene, "2026-01-01T11:59:59Z");
    assert_eq!(command(&scene, "sso").await, "aws sso login --profile sso");
}

#[tokio::test]
async fn a_sign_in_of_the_older_kind_is_named_too() {
    let scene = Scene::new().with_config(
        "[profile legacy]\nsso_start_url = https://example.awsapps.com/start\n\
         sso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = Admin\n",
    );
    assert_eq!(
        command(&scene, "legacy").await,
        "aws sso login --profile legacy"
    );
}

#[tokio::test]
async fn the_sign_in_of_the_source_profile_is_named() {
    for rest in ["", "duration_seconds = 3600"] {
        let config = format!(
            "{}[profile top]\nrole_arn = arn:aws:iam::123456789012:role/Top\n\
             source_profile = sso\n{rest}\n",
            sso_token::CONFIG
        );
        let scene = Scene::new().with_config(&config);
        assert_eq!(command(&scene, "top").await, "aws sso login --profile sso");
    }
}

#[tokio::test]
async fn the_other_kind_of_sign_in_has_its_own_command() {
    let login = "[profile login]\nlogin_session = arn:aws:iam::123456789012:user/dev\n\
                 [profile top]\nrole_arn = arn:aws:iam::123456789012:role/Top\n\
                 source_profile = login\n";
    let scene = Scene::new().with_config(login);
    assert_eq!(command(&scene, "login").await, "aws login --profile login");
    assert_eq!(command(&scene, "top").await, "aws login --profile login");
}

#[tokio::test]
async fn a_sign_in_that_aws_no_longer_knows_is_named() {
    let portal = eksauth_testing::HttpService::start(|_| {
        let refusal = r#"{"message": "Session token not found or invalid"}"#;
        eksauth_testing::Answer::new(401, refusal)
            .with_header("x-amzn-errortype", "UnauthorizedException")
    });
    let scene = Scene::new()
        .set("AWS_ENDPOINT_URL_SSO", &portal.url())
        .with_config(sso_token::CONFIG);
    sso_token::write(&scene, "2026-01-01T13:00:00Z");
    assert_eq!(command(&scene, "sso").await, "aws sso login --profile sso");
}
