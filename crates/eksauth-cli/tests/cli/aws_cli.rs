//! `eksauth eks get-token` and `aws eks get-token` say the same, at the same time.

use eksauth_testing::Oracles;
use serde_json::{Value, json};

use crate::scene::{
    CREDENTIALS_FILE, Ran, SECRET, SESSION_TOKEN, Scene, SignedToken, assert_says, moto,
};

const GET_TOKEN: &str = "eks get-token --cluster-name prod";

/// What the AWS CLI answers in the same home and environment, at the time of each of our tokens.
fn aws_cli(oracles: &Oracles, ours: &[(Scene, String, Ran)]) -> Vec<Value> {
    let cases: Vec<_> = ours
        .iter()
        .map(|(scene, words, ran)| {
            let at = ran.signed_at().map(|it| it.to_string());
            json!({
                "at": at.unwrap_or("2026-01-02T03:04:05Z".to_owned()),
                "args": words.split_whitespace().collect::<Vec<_>>(),
                "env": scene.variables(),
            })
        })
        .collect();
    let answer = oracles.run("get_token.py", &json!({ "cases": cases }));
    let answers = answer["results"].as_array().unwrap().clone();
    assert_eq!(answers.len(), ours.len());
    answers
}

/// Runs ours.
fn run(scene: Scene, words: &str) -> (Scene, String, Ran) {
    let ran = scene.run(words);
    (scene, words.to_owned(), ran)
}

/// Both tokens are the same request, and everything around them is the same bytes.
#[track_caller]
fn assert_same(ours: &Ran, theirs: &Value, case: &str) {
    assert_eq!(theirs["exit_code"], 0, "{case}: {theirs}");
    assert_eq!(ours.code, Some(0), "{case}: {}", ours.stderr);
    let stdout = theirs["stdout"].as_str().unwrap();
    let our_token = ours.find_token().expect(case);
    let start = stdout.find("k8s-aws-v1.").expect(case);
    let rest = &stdout[start..];
    let end = rest.find(|c: char| c == '"' || c.is_whitespace());
    let their_token = SignedToken::new(&rest[..end.unwrap_or(rest.len())]);

    assert_eq!(our_token.host(), their_token.host(), "{case}");
    assert_eq!(our_token.parameters(), their_token.parameters(), "{case}");
    assert_eq!(
        ours.stdout.replace(&our_token.text, "TOKEN"),
        stdout.replace(&their_token.text, "TOKEN"),
        "{case}"
    );
}

fn key_in_environment() -> Scene {
    Scene::empty()
        .set("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
        .set("AWS_SECRET_ACCESS_KEY", SECRET)
}

fn key_in_profile() -> Scene {
    Scene::empty()
        .with_credentials_file(CREDENTIALS_FILE)
        .with_config("[default]\nregion = eu-north-1\n[profile work]\nregion = eu-west-3\n")
}

#[test]
fn tokens_and_what_is_around_them_are_the_same() {
    let Some(oracles) = Oracles::or_skip("tokens_and_what_is_around_them_are_the_same") else {
        return;
    };
    let session = || key_in_environment().set("AWS_SESSION_TOKEN", SESSION_TOKEN);
    let in_region = |region: &str| format!("--region {region} {GET_TOKEN}");
    let regions = [
        "eu-west-1",
        "us-east-1",
        "aws-global",
        "us-gov-west-1",
        "cn-north-1",
        "us-iso-east-1",
        "eusc-de-east-1",
    ];
    let mut ours: Vec<_> = regions
        .iter()
        .map(|region| run(key_in_environment(), &in_region(region)))
        .collect();
    ours.extend(regions.iter().map(|it| run(session(), &in_region(it))));
    let region = |scene: Scene| scene.set("AWS_DEFAULT_REGION", "ap-south-1");
    ours.extend([
        run(region(key_in_environment()), GET_TOKEN),
        run(region(session()), "eks get-token --cluster-id 0123-outpost"),
        run(region(session()), &format!("{GET_TOKEN} --output json")),
        run(region(session()), &format!("{GET_TOKEN} --output text")),
        run(region(session()), &format!("--output text {GET_TOKEN}")),
        run(
            region(session()),
            &format!("{GET_TOKEN} --query status.token"),
        ),
        run(
            region(session()),
            &format!("{GET_TOKEN} --query status.token --output text"),
        ),
        run(key_in_profile(), GET_TOKEN),
        run(key_in_profile(), &format!("{GET_TOKEN} --profile work")),
        run(key_in_profile(), &format!("--profile work {GET_TOKEN}")),
        run(key_in_profile().set("AWS_PROFILE", "work"), GET_TOKEN),
        run(
            key_in_profile().set("AWS_DEFAULT_PROFILE", "work"),
            GET_TOKEN,
        ),
        run(
            region(key_in_profile()),
            &format!("{GET_TOKEN} --profile work"),
        ),
        // A named profile wins over an access key in the environment, a chosen one does not.
        run(
            key_in_profile()
                .set("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
                .set("AWS_SECRET_ACCESS_KEY", SECRET),
            &format!("{GET_TOKEN} --profile work"),
        ),
        run(
            key_in_profile()
                .set("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
                .set("AWS_SECRET_ACCESS_KEY", SECRET)
                .set("AWS_PROFILE", "work"),
            GET_TOKEN,
        ),
        run(
            key_in_environment().set("AWS_STS_REGIONAL_ENDPOINTS", "legacy"),
            &in_region("eu-west-1"),
        ),
        run(
            key_in_environment().set("AWS_STS_REGIONAL_ENDPOINTS", "legacy"),
            &in_region("eu-south-1"),
        ),
        run(
            key_in_environment().set("AWS_STS_REGIONAL_ENDPOINTS", "regional"),
            &in_region("us-west-2"),
        ),
        run(
            key_in_environment().set("AWS_USE_FIPS_ENDPOINT", "true"),
            &in_region("us-west-2"),
        ),
        run(
            key_in_environment().set("AWS_USE_DUALSTACK_ENDPOINT", "true"),
            &in_region("us-west-2"),
        ),
    ]);
    for ((_, words, ours), theirs) in ours.iter().zip(aws_cli(oracles, &ours)) {
        assert_same(ours, &theirs, words);
    }
}

#[test]
fn kubectls_wishes_are_answered_in_the_same_version() {
    let Some(oracles) = Oracles::or_skip("kubectls_wishes_are_answered_in_the_same_version") else {
        return;
    };
    let infos = [
        "",
        r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{}}"#,
        r#"{"apiVersion":"client.authentication.k8s.io/v1beta1"}"#,
        r#"{"apiVersion":"client.authentication.k8s.io/v1alpha1"}"#,
        "{ malformed",
        "{}",
        r#"{"apiVersion":"client.authentication.k8s.io/v2"}"#,
        r#"{"apiVersion":"v1"}"#,
        r#"{"apiVersion":null}"#,
    ];
    let words = format!("--region eu-west-1 {GET_TOKEN}");
    let ours: Vec<_> = infos
        .iter()
        .map(|info| {
            run(
                key_in_environment().set("KUBERNETES_EXEC_INFO", info),
                &words,
            )
        })
        .collect();
    for (((_, _, ours), theirs), info) in ours.iter().zip(aws_cli(oracles, &ours)).zip(infos) {
        assert_same(ours, &theirs, info);
        // Where they tell the user something, so do we.
        let said = theirs["stderr"].as_str().unwrap();
        assert_eq!(ours.stderr.is_empty(), said.is_empty(), "{info}: {said}");
    }
    let (_, _, removed) = &ours[3];
    assert_says(&removed.stderr, &["note", "v1alpha1", "v1beta1"]);
}

/// Theirs crash with a traceback of Python.
#[test]
fn json_that_is_no_object_is_answered_where_the_aws_cli_crashes() {
    let Some(oracles) =
        Oracles::or_skip("json_that_is_no_object_is_answered_where_the_aws_cli_crashes")
    else {
        return;
    };
    let words = format!("--region eu-west-1 {GET_TOKEN}");
    let ours: Vec<_> = ["[]", "3", "null", "\"v1\""]
        .iter()
        .map(|info| {
            run(
                key_in_environment().set("KUBERNETES_EXEC_INFO", info),
                &words,
            )
        })
        .collect();
    for ((_, _, ours), theirs) in ours.iter().zip(aws_cli(oracles, &ours)) {
        assert_ne!(
            theirs["exit_code"], 0,
            "the AWS CLI has mended this: {theirs}"
        );
        assert_eq!(ours.code, Some(0));
        assert_says(&ours.stdout, &["client.authentication.k8s.io/v1beta1"]);
        assert_says(&ours.stderr, &["KUBERNETES_EXEC_INFO"]);
    }
}

#[test]
fn where_the_aws_cli_fails_so_do_we() {
    let Some(oracles) = Oracles::or_skip("where_the_aws_cli_fails_so_do_we") else {
        return;
    };
    let ours = [
        run(key_in_environment(), "--region eu-west-1 eks get-token"),
        run(
            key_in_environment(),
            "--region eu-west-1 eks get-token --cluster-name a --cluster-id b",
        ),
        run(Scene::empty(), &format!("--region eu-west-1 {GET_TOKEN}")),
        run(key_in_profile(), &format!("{GET_TOKEN} --profile nobody")),
    ];
    for ((_, words, ours), theirs) in ours.iter().zip(aws_cli(oracles, &ours)) {
        assert_ne!(theirs["exit_code"], 0, "{words}: {theirs}");
        assert_eq!(theirs["stdout"], "", "{words}");
        assert!(matches!(ours.code, Some(1 | 2)), "{words}");
        assert_eq!(ours.stdout, "", "{words}");
    }
}

#[test]
fn a_role_is_assumed_with_the_same_request() {
    let Some(moto) = moto("a_role_is_assumed_with_the_same_request") else {
        return;
    };
    let oracles = Oracles::or_skip("a_role_is_assumed_with_the_same_request").unwrap();
    let arn = "arn:aws:iam::123456789012:role/OfBoth";
    let scene = key_in_environment().set("AWS_ENDPOINT_URL_STS", moto.url());
    let words = format!("--region eu-west-1 {GET_TOKEN} --role-arn {arn}");
    let ours = run(scene, &words);
    assert_eq!(ours.2.code, Some(0), "{}", ours.2.stderr);
    let theirs = aws_cli(oracles, &[ours]);
    assert_eq!(theirs[0]["exit_code"], 0, "{theirs:?}");
    let mut calls = moto.calls("AssumeRole");
    calls.retain(|it| it["RoleArn"] == arn);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0], calls[1]);
}
