//! `eksauth inspect`: what a token holds, and what is wrong with it.

use std::process::{Command, Stdio};

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use crate::scene::{ACCESS_KEY_ID, SESSION_TOKEN, Scene, SignedToken, assert_says};

/// Temporary credentials, so that there are two secrets in the token.
fn scene() -> (Scene, SignedToken) {
    let scene = Scene::with_key().set("AWS_SESSION_TOKEN", SESSION_TOKEN);
    let token = scene.run("token -i prod").token();
    let signature = token.parameter("X-Amz-Signature").unwrap().to_owned();
    (scene.hide("signature", &signature), token)
}

/// A token for a URL of the test's own.
fn token_of(url: &str) -> String {
    format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(url.as_bytes()))
}

/// The answer of `-o json`, and whether the exit code says the same.
#[track_caller]
fn inspected(scene: &Scene, token: &str, arguments: &str) -> Value {
    let ran = scene.pipe(token, &format!("inspect - -o json {arguments}"));
    assert_eq!(ran.stderr, "", "{arguments}");
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    let code = if answer["valid"] == true { 0 } else { 1 };
    assert_eq!(ran.code, Some(code), "{answer:#}");
    answer
}

fn codes(answer: &Value) -> Vec<&str> {
    let problems = answer["problems"].as_array().unwrap();
    problems
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect()
}

#[test]
fn the_json_of_a_valid_token_has_a_fixed_shape() {
    let (scene, token) = scene();
    let answer = inspected(&scene, &token.text, "");
    let keys: Vec<_> = answer
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut expected = [
        "valid",
        "problems",
        "cluster_header_signed",
        "host",
        "region",
        "partition",
        "access_key_id",
        "temporary_credentials",
        "signed_at",
        "expires_at",
        "judged_at",
        "judged_partition",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    for (key, value) in [
        ("valid", Value::from(true)),
        ("problems", Value::Array(Vec::new())),
        ("cluster_header_signed", true.into()),
        ("host", "sts.eu-west-1.amazonaws.com".into()),
        ("region", "eu-west-1".into()),
        ("partition", "aws".into()),
        ("access_key_id", ACCESS_KEY_ID.into()),
        ("temporary_credentials", true.into()),
        ("signed_at", token.signed_at().to_string().into()),
        ("judged_partition", "aws".into()),
    ] {
        assert_eq!(answer[key], value, "{key}");
    }
    let time = |key: &str| -> jiff::Timestamp { answer[key].as_str().unwrap().parse().unwrap() };
    let life = time("expires_at").duration_since(time("signed_at"));
    assert_eq!(life, jiff::SignedDuration::from_mins(15));
    assert!(time("judged_at") >= time("signed_at"));
}

#[test]
fn the_json_of_what_is_no_token_has_the_same_shape() {
    let scene = Scene::with_key();
    let answer = inspected(&scene, "hello", "");
    assert_eq!(answer.as_object().unwrap().len(), 12);
    assert_eq!(codes(&answer), ["prefix"]);
    let problem = answer["problems"][0].as_object().unwrap();
    assert_eq!(problem.keys().collect::<Vec<_>>(), ["code", "message"]);
    for key in [
        "host",
        "region",
        "partition",
        "access_key_id",
        "signed_at",
        "expires_at",
    ] {
        assert_eq!(answer[key], Value::Null, "{key}");
    }
}

#[test]
fn a_token_is_read_from_stdin_with_and_without_a_hyphen() {
    let (scene, token) = scene();
    for (input, arguments) in [
        (token.text.clone(), "inspect"),
        (token.text.clone(), "inspect -"),
        (format!("\n  {}\r\n", token.text), "inspect -"),
    ] {
        let ran = scene.pipe(input, arguments);
        assert_eq!(ran.stderr, "");
        assert_says(&ran.succeeded(), &["valid", "sts.eu-west-1.amazonaws.com"]);
    }
    let credential = scene.run("token -i prod").stdout;
    assert_says(
        &scene.pipe(credential, "inspect").succeeded(),
        &["valid", "signed"],
    );
    for (input, found) in [("", "nothing"), (" \n", "nothing"), ("{}", "other JSON")] {
        assert_says(&scene.pipe(input, "inspect -").failed(), &["stdin", found]);
    }
    let binary = scene.pipe([0xff, 0xfe, 0x00], "inspect -");
    assert_says(&binary.failed(), &["binary"]);
}

#[test]
fn a_token_as_an_argument_is_warned_about() {
    let (scene, token) = scene();
    let ran = scene.run_args(["inspect", &token.text, "-v", "trace"]);
    assert_says(&ran.stderr, &["warning", "processes", "`-`"]);
    let stdout = ran.succeeded();
    assert!(!stdout.contains("k8s-aws-v1."));
}

#[test]
fn a_token_is_judged_at_the_time_that_is_given() {
    let (scene, token) = scene();
    let at = |minutes: i64| {
        let at = token.signed_at() + jiff::SignedDuration::from_mins(minutes);
        inspected(&scene, &token.text, &format!("--at {at}"))
    };
    assert_eq!(codes(&at(14)), [""; 0]);
    assert_eq!(codes(&at(16)), ["expired"]);
    assert_eq!(codes(&at(-4)), [""; 0]);
    assert_eq!(codes(&at(-10)), ["not_yet_valid"]);
    let late = token.signed_at() + jiff::SignedDuration::from_mins(20);
    assert_eq!(at(20)["judged_at"], late.to_string());
    let refused = scene
        .pipe(&token.text, "inspect - --at yesterday")
        .refused();
    assert_says(&refused, &["2026-01-31T12:00:00Z"]);
}

#[test]
fn a_token_is_judged_by_the_partition_and_region_that_are_given() {
    let scene = Scene::with_key();
    let china = scene.run("token -i prod --region cn-north-1").token();
    for (arguments, problems, partition) in [
        // Nobody's verifier is named: the token's own.
        ("", vec![], "aws-cn"),
        ("--partition aws", vec!["host"], "aws"),
        ("--region eu-west-1", vec!["host"], "aws"),
        ("--partition aws-cn", vec![], "aws-cn"),
        ("--region cn-north-1", vec![], "aws-cn"),
        ("--partition aws-us-gov", vec!["host"], "aws-us-gov"),
    ] {
        let answer = inspected(&scene, &china.text, arguments);
        assert_eq!(codes(&answer), problems, "{arguments}");
        assert_eq!(answer["judged_partition"], partition, "{arguments}");
        assert_eq!(answer["partition"], "aws-cn", "{arguments}");
    }
    // A region that no partition's names fit is accepted by its own verifier.
    let moon = scene.run("token -i prod --region moon-base-9a1").token();
    assert_eq!(codes(&inspected(&scene, &moon.text, "")), ["host"]);
    assert_eq!(
        codes(&inspected(&scene, &moon.text, "--region moon-base-9a1")),
        [""; 0]
    );
    scene.pipe("x", "inspect --partition aws-moon").refused();
    let contradiction = scene
        .pipe("x", "inspect --partition aws-cn --region eu-west-1")
        .refused();
    assert_says(&contradiction, &["`aws-cn`", "`eu-west-1`"]);
}

#[test]
fn a_token_that_was_tampered_with_is_told_with_every_problem() {
    let (scene, token) = scene();
    let url = &token.url;
    for (tampered, expected) in [
        (
            url.replace("sts.eu-west-1.amazonaws.com", "sts.example.org"),
            vec!["host"],
        ),
        (url.replace("https://", "http://"), vec!["scheme"]),
        (
            url.replace("https://", "https://dev:pass@"),
            vec!["user_info"],
        ),
        (
            url.replace("Action=GetCallerIdentity", "Action=AssumeRole"),
            vec!["action"],
        ),
        (
            format!("{url}&action=AssumeRole"),
            vec!["parameter_spelled_twice"],
        ),
        (
            format!("{url}&Action=GetCallerIdentity"),
            vec!["repeated_parameter"],
        ),
        (format!("{url}&RoleArn=x"), vec!["unknown_parameter"]),
        (
            url.replace("host%3Bx-k8s-aws-id", "host"),
            vec!["cluster_header_not_signed"],
        ),
        (
            url.replace("X-Amz-Expires=60", "X-Amz-Expires=3600"),
            vec!["expires"],
        ),
        (
            url.replace("https://", "http://")
                .replace("Version=2011-06-15&", ""),
            vec!["scheme", "version"],
        ),
    ] {
        assert_ne!(&tampered, url);
        let answer = inspected(&scene, &token_of(&tampered), "");
        for code in &expected {
            assert!(codes(&answer).contains(code), "{expected:?} in {answer:#}");
        }
        let text = scene.pipe(token_of(&tampered), "inspect -");
        assert_eq!(text.code, Some(1));
        assert_says(&text.stdout, &["not valid"]);
        assert_says(&text.stdout, &expected);
    }
}

#[test]
fn text_is_aligned_and_without_escapes_in_a_pipe() {
    let (scene, token) = scene();
    let stdout = scene.pipe(&token.text, "inspect -").succeeded();
    assert!(!stdout.contains('\u{1b}'));
    let labels = [
        "Token",
        "Cluster name",
        "Host",
        "Region",
        "Partition",
        "Access key",
        "Signed at",
        "Expires at",
    ];
    assert_eq!(stdout.lines().count(), labels.len());
    for (line, label) in stdout.lines().zip(labels) {
        assert_eq!(line[..13].trim_end(), label);
        assert!(!line[13..].starts_with(' '), "{line}");
    }
}

#[test]
fn colour_can_be_forced_and_forbidden() {
    let (scene, token) = scene();
    let coloured = scene.set("CLICOLOR_FORCE", "1");
    let text = |scene: &Scene| scene.pipe(&token.text, "inspect -").succeeded();
    assert!(text(&coloured).contains('\u{1b}'));
    let plain = coloured.set("CLICOLOR_FORCE", "0").set("NO_COLOR", "1");
    assert!(!text(&plain).contains('\u{1b}'));
}

#[test]
fn the_request_is_printed_on_demand_with_quotes_that_a_shell_understands() {
    let (scene, token) = scene();
    let refused = scene.pipe(&token.text, "inspect - --curl").refused();
    assert_says(&refused, &["-i"]);

    let ran = scene.pipe(&token.text, "inspect - --curl -i it's-prod");
    assert_says(&ran.stderr, &["warning", "secret"]);
    let command = ran.succeeded();
    assert_says(&command, &[&token.url, "GetCallerIdentity"]);
    // A shell reads it as one command with these words.
    let words = Command::new("sh")
        .args([
            "-c",
            &format!("curl() {{ printf '%s\\n' \"$@\"; }}\n{command}"),
        ])
        .output()
        .unwrap();
    let words = String::from_utf8(words.stdout).unwrap();
    let words: Vec<_> = words.lines().collect();
    assert!(words.contains(&"x-k8s-aws-id: it's-prod"), "{words:?}");
    assert_eq!(words.last(), Some(&token.url.as_str()));
    let checked = Command::new("sh")
        .args(["-n", "-c", &command])
        .stdin(Stdio::null())
        .status();
    assert!(checked.unwrap().success());
}

#[test]
fn a_request_that_leads_elsewhere_is_not_printed() {
    let (scene, token) = scene();
    for url in [
        token.url.replace("amazonaws.com", "example.org"),
        token.url.replace("https://", "http://"),
        token.url.replace("https://", "https://dev:pass@"),
    ] {
        let ran = scene.pipe(token_of(&url), "inspect - --curl -i prod");
        assert_says(&ran.failed(), &["request to AWS STS"]);
    }
    let ran = scene.pipe("hello", "inspect - --curl -i prod");
    assert_says(&ran.failed(), &["request to AWS STS"]);
}

#[test]
fn a_cluster_name_is_told_to_be_beyond_what_a_token_says() {
    let (scene, token) = scene();
    let ran = scene.pipe(&token.text, "inspect -i other -");
    assert_says(
        &ran.succeeded(),
        &["signed (whether it is `other`, only AWS can tell)"],
    );
}

#[test]
fn a_command_that_replays_an_expired_token_is_printed_with_a_warning_and_exit_code_one() {
    let (scene, token) = scene();
    let ran = scene.pipe(
        &token.text,
        "inspect -i prod --curl --at 2099-01-01T00:00:00Z -",
    );
    assert!(ran.stdout.starts_with("curl --globoff "));
    assert_says(&ran.stderr, &["expired"]);
    assert_eq!(ran.code, Some(1));
}
