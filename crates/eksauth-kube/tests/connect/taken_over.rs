//! Users of a kubeconfig whose tokens are signed in process.

use eksauth_kube::k8s_openapi::api::core::v1::Namespace;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::config::{KubeConfigOptions, Kubeconfig};
use eksauth_kube::kube::{Api, Error};
use eksauth_kube::{ConnectError, EksConnection, KubeconfigClientBuilder, KubeconfigConnection};
use eksauth_testing::Oracles;
use serde_json::{Value, json};

use crate::scene::{DEPLOYER, Scene, user_of};
use crate::written::{Written, exec};

#[track_caller]
fn in_process(connection: KubeconfigConnection) -> EksConnection {
    match connection {
        KubeconfigConnection::InProcess(connection) => connection,
        left => panic!("{left:?}"),
    }
}

async fn resolve(builder: KubeconfigClientBuilder) -> EksConnection {
    in_process(builder.resolve().await.unwrap())
}

#[tokio::test]
async fn the_users_of_the_sandboxs_own_kubeconfig_run_no_command() {
    let scene = Scene::start().await;
    let text = std::fs::read_to_string(scene.sandbox.kubeconfig()).unwrap();
    let text = text.replace(
        "\"command\": \"eksauth\"",
        "\"command\": \"/nowhere/eksauth\"",
    );
    assert!(text.contains("/nowhere/eksauth"));
    for (context, user) in [
        ("developer", "developer"),
        ("Deployer", "deployer:eksauth"),
        ("Partner@outpost", "partner:eksauth"),
        ("developer@overseas", "developer"),
    ] {
        let options = KubeConfigOptions {
            context: Some(context.to_owned()),
            ..Default::default()
        };
        let connection = resolve(scene.kubeconfig(&text).options(&options)).await;
        assert_eq!(scene.user_of(&connection).await, user, "{context}");
    }
    scene.end().await;
}

#[tokio::test]
async fn what_each_program_would_do_is_done_in_process() {
    let scene = Scene::start().await;
    for (program, args, user) in [
        (
            "aws",
            vec![
                "--region",
                "eu-west-1",
                "eks",
                "get-token",
                "--cluster-name",
                "demo",
            ],
            "developer",
        ),
        (
            "aws",
            vec![
                "eks",
                "get-token",
                "--cluster-name",
                "demo",
                "--role-arn",
                DEPLOYER,
            ],
            "deployer:EKSGetTokenAuth",
        ),
        (
            "aws",
            vec![
                "eks",
                "get-token",
                "--cluster-name",
                "demo",
                "--profile",
                "ci",
            ],
            "ci",
        ),
        (
            "aws-iam-authenticator",
            vec!["token", "-i", "demo"],
            "developer",
        ),
        (
            "aws-iam-authenticator",
            vec!["token", "-i", "demo", "-r", DEPLOYER, "-s", "robot"],
            "deployer:robot",
        ),
        (
            "eksauth",
            vec!["token", "-i", "demo", "--role", DEPLOYER],
            "deployer:eksauth",
        ),
        (
            "eksauth",
            vec!["eks", "get-token", "--cluster-name", "demo"],
            "developer",
        ),
    ] {
        let mut written = Written::of(&scene);
        written.user = exec(program, &args);
        let connection = resolve(scene.kubeconfig(&written.text())).await;
        assert_eq!(scene.user_of(&connection).await, user, "{program} {args:?}");
        assert!(connection.config().auth_info.exec.is_none());
    }
    scene.end().await;
}

#[tokio::test]
async fn what_the_aws_cli_writes_is_taken_over() {
    let Some(oracles) = Oracles::or_skip("what_the_aws_cli_writes_is_taken_over") else {
        return;
    };
    let scene = Scene::start().await;
    let path = scene.home_path("written");
    let mut command = scene.home.command(oracles.aws());
    command
        .envs(scene.sandbox.environment().set().iter().cloned())
        .args(["eks", "update-kubeconfig", "--name", "demo", "--kubeconfig"])
        .arg(&path);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    assert!(output.status.success(), "{output:?}");

    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("command: aws\n"), "{text}");
    let text = text.replace("command: aws\n", "command: /nowhere/aws\n");
    let connection = resolve(scene.kubeconfig(&text)).await;
    assert_eq!(scene.user_of(&connection).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn variables_of_the_user_go_before_those_of_the_context() {
    let scene = Scene::start().await;
    let mut written = Written::of(&scene);
    written.user["exec"]["env"] = json!([{ "name": "AWS_PROFILE", "value": "ci" }]);
    let builder = scene.kubeconfig(&written.text());
    let connection = resolve(builder.context(scene.context_of_profile("developer"))).await;
    assert_eq!(scene.user_of(&connection).await, "ci");
    scene.end().await;
}

/// The sandbox's Kubernetes says that it knows no impersonation: it was asked for it.
#[tokio::test]
async fn who_is_acted_for_stays() {
    let scene = Scene::start().await;
    let mut written = Written::of(&scene);
    written.user["as"] = "robot".into();
    let client = scene.kubeconfig(&written.text()).connect().await.unwrap();
    let namespaces: Api<Namespace> = Api::all(client);
    let refused = namespaces.list(&ListParams::default()).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Api(status) if status.message.contains("impersonation")),
        "{refused:?}"
    );
    scene.end().await;
}

#[tokio::test]
async fn namespace_and_server_name_of_the_kubeconfig_stay() {
    let scene = Scene::start().await;
    let mut written = Written::of(&scene);
    written.context["namespace"] = "team-a".into();
    written.cluster["tls-server-name"] = "localhost".into();
    let connection = resolve(scene.kubeconfig(&written.text())).await;
    assert_eq!(connection.client().unwrap().default_namespace(), "team-a");
    assert_eq!(scene.user_of(&connection).await, "developer");

    written.cluster["tls-server-name"] = "elsewhere.example".into();
    let client = scene.kubeconfig(&written.text()).connect().await.unwrap();
    let error = client.apiserver_version().await.unwrap_err();
    assert!(scene.told(&error).contains("elsewhere.example"), "{error}");
    scene.end().await;
}

#[tokio::test]
async fn a_certificate_authority_may_stand_in_a_file_beside_the_kubeconfig() {
    let scene = Scene::start().await;
    scene.home.write("ca.pem", scene.sandbox.ca_pem());
    let mut written = Written::of(&scene);
    written.cluster["certificate-authority-data"] = Value::Null;
    written.cluster["certificate-authority"] = "ca.pem".into();
    let connection = resolve(scene.kubeconfig(&written.text())).await;
    assert_eq!(scene.user_of(&connection).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn what_a_cluster_says_of_tls_and_compression_stays() {
    let scene = Scene::start().await;
    let mut written = Written::of(&scene);
    let usual = resolve(scene.kubeconfig(&written.text())).await;
    assert!(!usual.config().accept_invalid_certs && !usual.config().disable_compression);
    written.cluster["certificate-authority-data"] = Value::Null;
    written.cluster["insecure-skip-tls-verify"] = true.into();
    written.cluster["disable-compression"] = true.into();
    let connection = resolve(scene.kubeconfig(&written.text())).await;
    assert!(connection.config().disable_compression);
    assert_eq!(scene.user_of(&connection).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn several_files_are_one_kubeconfig_and_a_missing_one_is_empty() {
    let scene = Scene::start().await;
    let mut written: Value = serde_json::from_str(&Written::of(&scene).text()).unwrap();
    let users = written["users"].take();
    let one = scene.home.write("one", &written.to_string());
    let missing = scene.home_path("missing");
    let other = scene
        .home
        .write("other", &json!({ "users": users }).to_string());
    let paths = std::env::join_paths([one, missing, other]).unwrap();
    let context = scene.context();
    let context = context.with_variables([("KUBECONFIG", paths)]);
    let client = KubeconfigClientBuilder::new().context(context).connect();
    assert_eq!(user_of(client.await.unwrap()).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn without_another_word_it_is_the_kubeconfig_below_home() {
    let scene = Scene::start().await;
    scene.home.write_kubeconfig(&Written::of(&scene).text());
    let context = scene.context().with_variables([("KUBECONFIG", "")]);
    let client = KubeconfigClientBuilder::new().context(context).connect();
    assert_eq!(user_of(client.await.unwrap()).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn a_kubeconfig_that_was_read_already_needs_no_file() {
    let scene = Scene::start().await;
    let kubeconfig = Kubeconfig::from_yaml(&Written::of(&scene).text()).unwrap();
    let builder = KubeconfigClientBuilder::new().context(scene.context());
    let options = KubeConfigOptions {
        user: Some("nobody".to_owned()),
        ..Default::default()
    };
    let unknown = builder
        .clone()
        .kubeconfig(kubeconfig.clone())
        .options(&options);
    assert_eq!(
        scene.refused(unknown.resolve().await),
        "could not use the kubeconfig (given by the program): expected the user `nobody`, but found \
         only `demo`"
    );
    let client = builder.kubeconfig(kubeconfig).connect().await.unwrap();
    assert_eq!(user_of(client).await, "developer");
    scene.end().await;
}

#[tokio::test]
async fn the_log_says_whose_tokens_are_signed_in_process() {
    let scene = Scene::start().await;
    let mut written = Written::of(&scene);
    let key = "hunter2-of-the-kubeconfig";
    scene.hide("variable of the user", key);
    written.user["exec"]["env"] = json!([{ "name": "OF_NO_USE", "value": key }]);
    let builder = scene.kubeconfig(&written.text());
    scene.assert_clean("Debug", format!("{builder:?}"));
    let connection = resolve(builder).await;
    scene.assert_clean("Debug", format!("{:?}", connection.config()));
    let log = scene.log();
    let line = log.lines().find(|it| it.contains("in process")).unwrap();
    assert!(
        line.ends_with(
            "signing the tokens of the kubeconfig's user in process user=\"demo\" instead_of=aws \
             cluster=demo"
        ),
        "{line}"
    );
    scene.end().await;
}

/// The entry is understood, so kube would only fail with it in its own way.
#[tokio::test]
async fn settings_that_are_wrong_are_an_error_and_no_reason_to_run_the_command() {
    let scene = Scene::start().await;
    let mut written = Written::of(&scene);
    written.user["exec"]["env"] = json!([{ "name": "AWS_PROFILE", "value": "gone" }]);
    let error = scene.kubeconfig(&written.text()).connect().await.map(drop);
    assert!(matches!(error, Err(ConnectError::Settings(_))), "{error:?}");
    scene.end().await;
}
