//! Every error says what was expected, what was found and what to do, and nothing secret.

use crate::scene::{CREDENTIALS_FILE, Scene, assert_says};

const ROLE: &str = "arn:aws:iam::123456789012:role/Deploy";

/// Fails with exit code 1, traced or not, and says these words.
#[track_caller]
fn fails(scene: &Scene, arguments: &[&str], words: &[&str]) {
    assert_says(&scene.run_args(arguments).failed(), words);
    let traced = arguments.iter().chain(&["-v", "trace"]);
    assert_says(&scene.run_args(traced).failed(), words);
}

/// Is refused with exit code 2, and says these words.
#[track_caller]
fn is_refused(scene: &Scene, arguments: &[&str], words: &[&str]) {
    assert_says(&scene.run_args(arguments).refused(), words);
}

#[test]
fn a_missing_cluster_tells_every_place_for_one() {
    is_refused(
        &Scene::with_key(),
        &["token"],
        &[
            "--cluster-name",
            "-i",
            "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID",
            "clusterName",
            "provideClusterInfo",
        ],
    );
    is_refused(
        &Scene::with_key(),
        &["eks", "get-token"],
        &["--cluster-name", "--cluster-id", "eksauth eks get-token"],
    );
}

#[test]
fn no_credentials_tells_what_was_tried_and_what_to_do() {
    fails(
        &Scene::empty(),
        &["token", "-i", "prod", "--region", "eu-west-1"],
        &[
            "AWS_ACCESS_KEY_ID",
            "profile `default`",
            ".aws/config",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_EC2_METADATA_DISABLED",
            "aws sso login",
            "--profile",
            "aws configure",
        ],
    );
}

#[test]
fn half_an_access_key_is_told_by_the_half_that_is_missing() {
    let scene = Scene::empty().set("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT");
    fails(
        &scene,
        &["token", "-i", "prod"],
        &["AWS_SECRET_ACCESS_KEY is not set"],
    );
}

#[test]
fn an_expired_sign_in_tells_the_command_that_renews_it() {
    const ACCESS_TOKEN: &str = "aoaAAAAAGZ2wKkFfN5x8vGpLrTqYsHdBcMn";
    const CONFIG: &str = "\
[sso-session work]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
[profile staging]
sso_session = work
sso_account_id = 123456789012
sso_role_name = Admin
region = eu-west-1
";
    let scene = Scene::empty()
        .with_config(CONFIG)
        .hide("SSO access token", ACCESS_TOKEN);
    let arguments = ["token", "-i", "prod", "--profile", "staging"];
    // Never signed in.
    fails(&scene, &arguments, &["aws sso login --profile staging"]);
    scene.home().write(
        // The SHA-1 of `work`.
        ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json",
        &format!(
            r#"{{"accessToken": "{ACCESS_TOKEN}", "expiresAt": "2020-01-01T00:00:00Z",
                "region": "eu-west-1", "startUrl": "https://example.awsapps.com/start"}}"#
        ),
    );
    fails(
        &scene,
        &arguments,
        &["expired", "`staging`", "aws sso login --profile staging"],
    );
}

#[test]
fn an_unknown_profile_is_told_with_the_known_ones_and_who_asked_for_it() {
    let scene = || Scene::empty().with_credentials_file(CREDENTIALS_FILE);
    fails(
        &scene(),
        &["token", "-i", "prod", "--profile", "wrok"],
        &["`wrok`", "`default`", "`work`", ".aws/credentials"],
    );
    fails(
        &scene().set("AWS_PROFILE", "wrok"),
        &["token", "-i", "prod"],
        &["`wrok`", "AWS_PROFILE", "`work`"],
    );
    fails(
        &Scene::empty(),
        &[
            "eks",
            "get-token",
            "--cluster-name",
            "prod",
            "--profile",
            "wrok",
        ],
        &["`wrok`", "aws configure"],
    );
}

#[test]
fn a_region_that_is_none_is_told_with_where_it_is_from() {
    let zone = ["eu-west-1b", "availability zone", "use `eu-west-1`"];
    let upper = ["EU-WEST-1", "lower-case"];
    for (region, words) in [("eu-west-1b", &zone[..]), ("EU-WEST-1", &upper[..])] {
        is_refused(
            &Scene::with_key(),
            &["token", "-i", "prod", "--region", region],
            &[words, &["--region"]].concat(),
        );
        fails(
            &Scene::with_key().set("AWS_REGION", region),
            &["token", "-i", "prod"],
            &[words, &["AWS_REGION"]].concat(),
        );
        fails(
            &Scene::empty()
                .with_credentials_file(CREDENTIALS_FILE)
                .with_config(&format!("[profile work]\nregion = {region}\n")),
            &["token", "-i", "prod", "--profile", "work"],
            &[words, &["profile `work`"]].concat(),
        );
    }
}

#[test]
fn a_setting_with_another_value_is_told_with_those_it_has() {
    let scene = Scene::with_key().set("AWS_USE_FIPS_ENDPOINT", "maybe");
    fails(
        &scene,
        &["token", "-i", "prod"],
        &["AWS_USE_FIPS_ENDPOINT", "`true`", "`false`", "`maybe`"],
    );
}

#[test]
fn a_configuration_file_with_a_mistake_is_told_by_name() {
    let scene = Scene::empty().with_config("[default\nregion = eu-west-1\n");
    fails(&scene, &["token", "-i", "prod"], &[".aws/config", "syntax"]);
}

#[test]
fn two_session_names_contradict_each_other() {
    is_refused(
        &Scene::with_key(),
        &[
            "token",
            "-i",
            "prod",
            "-r",
            ROLE,
            "-s",
            "dev",
            "--forward-session-name",
        ],
        &[
            "--session-name",
            "--forward-session-name",
            "cannot be used with",
        ],
    );
}

#[test]
fn what_sts_would_refuse_is_refused_before() {
    let with = |more: &[&'static str]| [&["token", "-i", "prod"], more].concat();
    let scene = Scene::with_key().hide("external id", "semicolon;is-not-allowed");
    for (arguments, words) in [
        (
            with(&["--role", "Deploy"]),
            &["ARN of an IAM role", "`Deploy`"][..],
        ),
        (
            with(&["--role", "arn:aws:iam::123456789012:user/dev"]),
            &["ARN of an IAM role", "user/dev"],
        ),
        (
            with(&["--role", ROLE, "--external-id", "semicolon;is-not-allowed"]),
            &["external id", "letters"],
        ),
        (
            with(&["--role", ROLE, "--duration", "60"]),
            &["900", "43200", "60"],
        ),
        (
            with(&["--role", ROLE, "--session-name", "a b"]),
            &["session name", "`a b`"],
        ),
    ] {
        fails(&scene, &arguments, words);
    }
}

#[test]
fn characters_that_signers_treat_differently_are_refused_by_name() {
    let scene = Scene::with_key();
    is_refused(&scene, &["token", "-i", "prod\teu"], &["a tab", "byte 4"]);
    is_refused(&scene, &["token", "-i", ""], &["empty"]);
    fails(
        &Scene::with_key().set("KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID", "prod\u{a0}eu"),
        &["token"],
        &["no-break space"],
    );
}

#[test]
fn a_session_token_too_long_for_verifiers_is_a_local_error() {
    let long = "session-token+/".repeat(250);
    let scene = Scene::with_key()
        .set("AWS_SESSION_TOKEN", &long)
        .hide("session token", &long);
    let bytes = long.len().to_string();
    fails(
        &scene,
        &["token", "-i", "prod"],
        &["4096", &bytes, "session token"],
    );
}

#[test]
fn a_role_with_mfa_needs_a_terminal() {
    let serial = "arn:aws:iam::123456789012:mfa/dev";
    fails(
        &Scene::with_key(),
        &["token", "-i", "prod", "-r", ROLE, "--mfa-serial", serial],
        &["MFA", "terminal", ROLE],
    );
}

#[test]
fn sts_that_does_not_answer_is_told_as_such() {
    let scene = Scene::with_key().set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
    let ran = scene.run_args(["token", "-i", "prod", "-r", ROLE]);
    assert_says(&ran.failed(), &[ROLE, "no usable answer", "network"]);
}

#[test]
fn a_cluster_extension_of_the_wrong_type_is_told_by_key() {
    for (config, words) in [
        (r#"{"region":1}"#, &["`region`", "a string"][..]),
        (r#"{"clusterName":["prod"]}"#, &["`clusterName`"]),
        (r#""prod""#, &["`extension`", "an object"]),
        (r#"{"clusterName":"a","cluster-id":"b"}"#, &["one value"]),
        (r#"{"region":"EU"}"#, &["region", "lower-case"]),
        (r#"{"clusterName":"a\tb"}"#, &["a tab"]),
        (r#"{"roleArn":"Deploy"}"#, &["ARN of an IAM role"]),
    ] {
        let info = format!(
            r#"{{"apiVersion":"client.authentication.k8s.io/v1",
                "spec":{{"cluster":{{"server":"https://localhost","config":{config}}}}}}}"#
        );
        let scene = Scene::with_key().set("KUBERNETES_EXEC_INFO", &info);
        // The name is given where the extension is not about it.
        let arguments = ["token", "-i", "prod"];
        let about_name = config.contains("luster");
        fails(&scene, &arguments[..if about_name { 1 } else { 3 }], words);
    }
}

#[test]
fn a_token_in_the_wrong_place_is_not_repeated() {
    let scene = Scene::with_key();
    let token = scene.run("token -i prod --token-only").token();
    let scene = scene.hide("token", &token.text);
    for arguments in [
        &["token", "-i", "prod", &token.text][..],
        &[&token.text],
        &["token", "--", &token.text],
        &["inspect", "-i", "prod", "one", &token.text],
        &["verify", "-t", &token.text],
        &["eks", "get-token", "--cluster-name", "prod", &token.text],
        &["token", "-i", "prod", "--region", &token.text],
        &["token", "-i", "prod", "--output", &token.text],
        &["token", "-i", "prod", "--duration", &token.text],
        &["inspect", "--at", &token.text],
        &["inspect", "--partition", &token.text],
    ] {
        scene.run_args(arguments).refused();
    }
    for arguments in [
        &["token", "-i", "prod", "--role", &token.text][..],
        &["token", "-i", "prod", "-r", ROLE, "-s", &token.text],
        &["token", "-i", "prod", "--profile", &token.text],
        &[
            "eks",
            "get-token",
            "--cluster-name",
            "a",
            "--role-arn",
            &token.text,
        ],
    ] {
        scene.run_args(arguments).failed();
    }
}
