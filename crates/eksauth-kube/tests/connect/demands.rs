//! Users whose command is understood, but would not do the same in process.

#![cfg(unix)]

use std::sync::Arc;

use eksauth_kube::eksauth::{MfaCode, MfaError, MfaPrompt};
use eksauth_kube::{KubeconfigClientBuilder, KubeconfigConnection, NotTaken};
use serde_json::{Value, json};

use crate::scene::{DEPLOYER, Scene, user_of};
use crate::script::script;
use crate::written::Written;

/// A user whose program of this name prints a token of `developer`.
async fn user(scene: &Scene, program: &str, args: &[&str]) -> Value {
    let by_name = scene.known("demo").resolve().await.unwrap();
    let token = scene.token(by_name.token_source()).await;
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": { "token": token },
    });
    let mut user = script(scene, program, &format!("echo '{credential}'"));
    user["exec"]["args"] = json!(args);
    user
}

/// A kubeconfig of this user, with profiles of its own.
fn kubeconfig(scene: &Scene, user: &Value, profiles: &str) -> KubeconfigClientBuilder {
    let config = scene.home.write_config(profiles);
    let context = scene.context_of_profile("work");
    let context = context.with_variables([("AWS_CONFIG_FILE", config)]);
    let mut written = Written::of(scene);
    written.user = user.clone();
    scene.kubeconfig(&written.text()).context(context)
}

#[track_caller]
fn left(connection: &KubeconfigConnection) -> &NotTaken {
    match connection {
        KubeconfigConnection::LeftToKube { reason, .. } => reason,
        taken => panic!("{taken:?}"),
    }
}

/// The command of the profile would get the variables of this process alone.
#[tokio::test]
async fn variables_of_the_user_are_not_kept_from_a_credential_process() {
    let scene = Scene::start().await;
    let profiles = "[profile work]\nregion = eu-west-1\ncredential_process = /nowhere/get\n";
    let mut user = user(
        &scene,
        "aws",
        &["eks", "get-token", "--cluster-name", "demo"],
    )
    .await;
    let taken = kubeconfig(&scene, &user, profiles).resolve().await.unwrap();
    assert!(matches!(taken, KubeconfigConnection::InProcess(_)));

    user["exec"]["env"] = json!([{ "name": "AWS_PROFILE", "value": "work" }]);
    let connection = kubeconfig(&scene, &user, profiles).resolve().await.unwrap();
    assert!(matches!(left(&connection), NotTaken::CredentialProcess));
    assert_eq!(user_of(connection.client().unwrap()).await, "developer");
    scene.end().await;
}

#[derive(Debug)]
struct Nobody;

impl MfaPrompt for Nobody {
    fn code(&self, _serial: &str) -> Result<MfaCode, MfaError> {
        unreachable!("no credentials are asked for")
    }
}

#[tokio::test]
async fn a_role_with_mfa_is_left_to_a_command_that_can_ask_unless_there_is_a_prompt() {
    let scene = Scene::start().await;
    let key = "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = of-no-use\n";
    let plain = format!("[profile work]\n{key}region = eu-west-1\n");
    let with_mfa = format!(
        "[profile work]\nrole_arn = {DEPLOYER}\nsource_profile = base\nmfa_serial = device\n\
         [profile base]\n{key}"
    );
    let by_flag = [
        "token",
        "-i",
        "demo",
        "-r",
        DEPLOYER,
        "--mfa-serial",
        "device",
    ];
    for (args, profiles) in [
        (&by_flag[..], &plain),
        (&["token", "-i", "demo"], &with_mfa),
    ] {
        let user = user(&scene, "aws-iam-authenticator", args).await;
        let builder = kubeconfig(&scene, &user, profiles);
        let connection = builder.clone().resolve().await.unwrap();
        assert!(matches!(left(&connection), NotTaken::Mfa), "{args:?}");
        assert_eq!(user_of(connection.client().unwrap()).await, "developer");

        let prompting = builder
            .mfa_prompt(Arc::new(Nobody))
            .resolve()
            .await
            .unwrap();
        assert!(matches!(prompting, KubeconfigConnection::InProcess(_)));
    }
    scene.end().await;
}

#[tokio::test]
async fn a_server_without_tls_gets_no_token_that_is_signed_in_process() {
    let scene = Scene::start().await;
    let mut written = Written::of(&scene);
    written.user = script(&scene, "aws", "exit 3");
    written.user["exec"]["args"] = json!(["eks", "get-token", "--cluster-name", "demo"]);
    for server in ["http://127.0.0.1:1", "127.0.0.1:1"] {
        written.cluster["server"] = server.into();
        let connection = scene.kubeconfig(&written.text()).resolve().await.unwrap();
        assert!(matches!(left(&connection), NotTaken::NoTls), "{server}");
        assert_eq!(
            scene.refused(connection.client().map(drop)),
            "expected a token of the command `HOME/aws`, but it failed (exit status: 3): run it by hand \
             to see why"
        );
    }
    scene.end().await;
}
