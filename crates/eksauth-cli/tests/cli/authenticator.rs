//! Called `aws-iam-authenticator`, the program behaves as that one.
#![cfg(unix)]

mod add;
mod init;
mod server;

use eksauth_testing::Oracles;

use crate::scene::{REGION, SESSION_TOKEN, Scene, assert_says, assert_signed_for, moto};

const NAME: &str = "aws-iam-authenticator";

fn scene() -> Scene {
    Scene::with_key().called(NAME)
}

#[test]
fn a_token_is_printed_as_the_incumbent_prints_it() {
    let scene = scene().set("AWS_SESSION_TOKEN", SESSION_TOKEN);
    let ran = scene.traced("token -i prod");
    assert!(ran.stdout.starts_with(
        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\
         \"spec\":{\"interactive\":false},\"status\":{\"expirationTimestamp\":\""
    ));
    assert_eq!(ran.token().host(), "sts.eu-west-1.amazonaws.com");
    let alone = scene.run("token -i prod --token-only");
    assert_eq!(alone.stderr, "");
    assert!(alone.succeeded().starts_with("k8s-aws-v1."));
}

#[test]
fn the_cluster_is_found_by_flag_then_environment_then_file() {
    let Some(oracles) = Oracles::or_skip("the_cluster_is_found_by_flag_then_environment_then_file")
    else {
        return;
    };
    const VARIABLE: &str = "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID";
    let with_file = |scene: Scene| {
        scene
            .home()
            .write("config.yaml", "clusterID: of-the-file\n");
        let path = scene.path("config.yaml").display().to_string();
        (scene, path)
    };
    let (scene, file) = with_file(scene());
    let after = scene.run("token -i prod").token();
    let before = scene.run("-i prod token").token();
    let long = scene
        .run("token --cluster-id prod --cache --region eu-west-1")
        .token();
    let of_file = scene.run(&format!("token -c {file}")).token();
    let of_file_before = scene.run(&format!("--config {file} token")).token();
    let scene = scene.set(VARIABLE, "of-the-env");
    let of_env = scene.run(&format!("token -c {file}")).token();
    let of_flag = scene
        .run(&format!("token -c {file} -i of-the-flag"))
        .token();
    assert_signed_for(
        oracles,
        &[
            (&after, "prod"),
            (&before, "prod"),
            (&long, "prod"),
            (&of_file, "of-the-file"),
            (&of_file_before, "of-the-file"),
            (&of_env, "of-the-env"),
            (&of_flag, "of-the-flag"),
        ],
    );
}

#[test]
fn the_role_is_found_by_flag_then_environment_then_file() {
    let Some(moto) = moto("the_role_is_found_by_flag_then_environment_then_file") else {
        return;
    };
    let arn = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    let scene = scene().set("AWS_ENDPOINT_URL_STS", moto.url());
    let file = scene.home().write(
        "config.yml",
        &format!(
            "CLUSTERID: prod\nRole: {}\nexternalId: our-agreement\nSESSIONNAME: dev\n",
            arn("IncumbentFile")
        ),
    );
    let file = file.display();
    scene.traced(&format!("token -c {file}")).token();
    let scene = scene.set("DEFAULT_ROLE", &arn("IncumbentEnv"));
    scene.traced(&format!("token -c {file} -s robert")).token();
    scene
        .traced(&format!(
            "token -c {file} -r {} -e another",
            arn("IncumbentFlag")
        ))
        .token();
    let calls = moto.calls("AssumeRole");
    for (role, session, external_id) in [
        ("IncumbentFile", "dev", "our-agreement"),
        ("IncumbentEnv", "robert", "our-agreement"),
        ("IncumbentFlag", "dev", "another"),
    ] {
        let calls: Vec<_> = calls
            .iter()
            .filter(|it| it["RoleArn"] == arn(role))
            .collect();
        assert_eq!(calls.len(), 1, "{role}");
        assert_eq!(calls[0]["RoleSessionName"], session, "{role}");
        assert_eq!(calls[0]["ExternalId"], external_id, "{role}");
    }
}

#[test]
fn the_file_may_be_json_and_its_keys_in_any_case() {
    let scene = scene();
    let json = scene.home().write(
        "config.json",
        r#"{"ClusterId": "prod", "REGION": "us-west-2", "TokenOnly": true, "server": {"port": 1}}"#,
    );
    let stdout = scene
        .run(&format!("token -c {}", json.display()))
        .succeeded();
    assert!(stdout.starts_with("k8s-aws-v1."));
    let token = crate::scene::SignedToken::new(stdout.trim_end());
    assert_eq!(token.region(), "us-west-2");
    let flag = format!("token -c {} --region {REGION}", json.display());
    assert_eq!(scene.run(&flag).token().region(), REGION);
}

#[test]
fn every_error_is_exit_code_one_with_nothing_on_stdout() {
    let scene = scene();
    let role = "arn:aws:iam::123456789012:role/Deploy";
    scene.home().write("config.ini", "");
    scene.home().write("config.yaml", "- a list\n");
    let home = scene.home().path().display().to_string();
    for (words, expected) in [
        ("token".to_owned(), "cluster ID not specified"),
        ("token -i".to_owned(), "--cluster-id"),
        ("token -i prod --no-such-flag".to_owned(), "--no-such-flag"),
        ("no-such-command".to_owned(), "no-such-command"),
        ("".to_owned(), "Usage"),
        (
            format!("token -i prod -r {role} -s dev --forward-session-name"),
            "--forward-session-name",
        ),
        (
            "token -i prod --role Deploy".to_owned(),
            "could not get token: ",
        ),
        ("token -i prod --region EU".to_owned(), "lower-case"),
        (
            format!("token -i prod -c {home}/missing.yaml"),
            "missing.yaml",
        ),
        (format!("token -i prod -c {home}/config.ini"), "config.ini"),
        (
            format!("token -i prod -c {home}/config.yaml"),
            "config.yaml",
        ),
        ("token -i prod -v loud".to_owned(), "loud"),
        (
            "token -i prod --feature-gates Other=true".to_owned(),
            "SSORoleMatch",
        ),
    ] {
        assert_says(&scene.run(&words).failed(), &[expected]);
    }
}

#[test]
fn failures_to_get_a_token_start_as_the_incumbents() {
    let scene = Scene::empty().called(NAME);
    let stderr = scene.run("token -i prod").failed();
    assert!(stderr.starts_with("could not get token: "), "{stderr}");
    assert_says(&stderr, &["AWS_ACCESS_KEY_ID", "aws sso login"]);
    let token = Scene::with_key().run("token -i prod").token();
    let stderr = scene.hide("token", &token.text);
    let stderr = stderr
        .run_args(["token", "-i", "prod", "-r", &token.text])
        .failed();
    assert!(stderr.starts_with("could not get token: "), "{stderr}");
}

#[test]
fn the_log_level_may_come_from_the_environment() {
    const VARIABLE: &str = "AWS_IAM_AUTHENTICATOR_LOG_VERBOSITY";
    let debug = scene().set(VARIABLE, "Debug");
    assert_says(
        &debug.run("token -i prod").stderr,
        &["sts.eu-west-1.amazonaws.com"],
    );
    assert_eq!(debug.run("token -i prod -v panic").stderr, "");
    for level in ["panic", "fatal", "error", "warning", "warn", "info", "WARN"] {
        let ran = scene().set(VARIABLE, level).run("token -i prod");
        assert_eq!(ran.code, Some(0), "{level}");
    }
    let stderr = scene().set(VARIABLE, "loud").run("token -i prod").failed();
    assert_says(&stderr, &[VARIABLE, "`loud`"]);
}

#[test]
fn the_version_is_told_in_each_of_its_formats() {
    let version = env!("CARGO_PKG_VERSION");
    let scene = Scene::empty().called(NAME);
    let json = scene.run("version").json();
    assert_eq!(json["Version"], version);
    assert_eq!(scene.run("version -o json").json(), json);
    let yaml = scene.run("version -o yaml").succeeded();
    assert!(yaml.starts_with(&format!("version: {version}\n")), "{yaml}");
    for words in ["version --short", "version -s -o yaml"] {
        assert_eq!(scene.run(words).succeeded(), format!("{version}\n"));
    }
    // The incumbent's exit code for this is 0.
    let other = scene.run("version -o xml");
    assert_eq!((other.code, other.stdout.as_str()), (Some(0), ""));
    assert_says(&other.stderr, &["`xml`"]);
}

#[test]
fn completions_are_of_that_name() {
    let scene = Scene::empty().called(NAME);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = scene.run(&format!("completion {shell}")).succeeded();
        assert_says(&script, &[NAME, "token-only"]);
    }
}

#[test]
fn another_name_is_not_the_incumbents() {
    let scene = Scene::with_key().called("aws-iam-authenticator2");
    scene.run("token").refused();
}

#[test]
fn what_the_incumbent_lets_pass_is_let_pass() {
    let scene = scene();
    let ran = scene.run("token -i prod --token-only=T further arguments");
    assert!(ran.succeeded().starts_with("k8s-aws-v1."));
    let ran = scene.run("-l logfmt token -i prod --token-only");
    assert_says(&ran.stderr, &["warning", "`logfmt`"]);
    assert!(ran.succeeded().starts_with("k8s-aws-v1."));
}
