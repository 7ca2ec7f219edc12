//! The oracles answer, and two of them that share little code agree.

#![allow(clippy::expect_used, reason = "the helpers below belong to tests")]

use data_encoding::BASE64URL_NOPAD;
use eksauth_testing::{Oracles, TestHome};
use serde_json::{Value, json};

const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION_TOKEN: &str = "a/b+c==";

fn url_in(exec_credential: &str) -> String {
    let credential: Value = serde_json::from_str(exec_credential).expect("an ExecCredential");
    let token = credential["status"]["token"].as_str().expect("a token");
    let encoded = token
        .strip_prefix("k8s-aws-v1.")
        .expect("the prefix of tokens");
    let url = BASE64URL_NOPAD
        .decode(encoded.as_bytes())
        .expect("base64url");
    String::from_utf8(url).expect("a URL")
}

fn get_token(oracles: &Oracles, args: Value, env: Value) -> Value {
    let case = json!({ "at": "2026-01-02T03:04:05Z", "args": args, "env": env });
    oracles.run("get_token.py", &json!({ "cases": [case] }))["results"][0].clone()
}

fn signed_by_the_aws_cli(oracles: &Oracles) -> Value {
    get_token(
        oracles,
        json!([
            "eks",
            "get-token",
            "--cluster-name",
            "prod",
            "--region",
            "eu-west-1"
        ]),
        json!({
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_SESSION_TOKEN": SESSION_TOKEN,
        }),
    )
}

fn resign(oracles: &Oracles, url: &str, cluster: &str) -> Value {
    let case = json!({
        "url": url,
        "cluster": cluster,
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
        "session_token": SESSION_TOKEN,
    });
    oracles.run("resign.py", &json!({ "cases": [case] }))["results"][0].clone()
}

#[test]
fn botocores_signer_agrees_with_the_aws_cli() {
    let Some(oracles) = Oracles::or_skip("botocores_signer_agrees_with_the_aws_cli") else {
        return;
    };
    let answer = signed_by_the_aws_cli(oracles);
    assert_eq!(answer["exit_code"], 0, "{answer}");
    let url = url_in(answer["stdout"].as_str().expect("stdout"));
    let resigned = resign(oracles, &url, "prod");

    assert_eq!(resigned["url"], url.as_str());
    let parameters = &resigned["parameters"];
    assert_eq!(parameters["X-Amz-Date"], "20260102T030405Z");
    assert_eq!(parameters["X-Amz-Expires"], "60");
    assert_eq!(parameters["X-Amz-Security-Token"], SESSION_TOKEN);
    let canonical = resigned["canonical_request"]
        .as_str()
        .expect("a canonical request");
    assert!(canonical.contains("\nx-k8s-aws-id:prod\n"), "{canonical}");
    let to_sign = resigned["string_to_sign"]
        .as_str()
        .expect("a string to sign");
    assert!(
        to_sign.starts_with("AWS4-HMAC-SHA256\n20260102T030405Z\n"),
        "{to_sign}"
    );
}

#[test]
fn another_cluster_has_another_signature() {
    let Some(oracles) = Oracles::or_skip("another_cluster_has_another_signature") else {
        return;
    };
    let url = url_in(
        signed_by_the_aws_cli(oracles)["stdout"]
            .as_str()
            .expect("stdout"),
    );
    let (ours, theirs) = (resign(oracles, &url, "prod"), resign(oracles, &url, "test"));
    assert_ne!(ours["signature"], theirs["signature"]);
}

#[test]
fn the_frozen_aws_cli_tells_the_time_it_was_told() {
    let Some(oracles) = Oracles::or_skip("the_frozen_aws_cli_tells_the_time_it_was_told") else {
        return;
    };
    let answer = signed_by_the_aws_cli(oracles);
    let stdout = answer["stdout"].as_str().expect("stdout");
    assert!(
        stdout.contains(r#""expirationTimestamp": "2026-01-02T03:18:05Z""#),
        "{stdout}"
    );
}

#[test]
fn the_aws_cli_fails_as_it_does_for_users() {
    let Some(oracles) = Oracles::or_skip("the_aws_cli_fails_as_it_does_for_users") else {
        return;
    };
    let env = json!({ "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b" });
    let region = ["--region", "eu-west-1"];

    let no_cluster = get_token(
        oracles,
        json!(["eks", "get-token", region[0], region[1]]),
        env,
    );
    assert_eq!(no_cluster["exit_code"], 1, "{no_cluster}");
    assert!(
        no_cluster["stderr"]
            .as_str()
            .expect("stderr")
            .contains("must be specified")
    );

    let args = json!([
        "eks",
        "get-token",
        "--cluster-name",
        "a",
        region[0],
        region[1]
    ]);
    let no_credentials = get_token(oracles, args, json!({}));
    assert_eq!(no_credentials["exit_code"], 255, "{no_credentials}");
    let said = no_credentials["stderr"].as_str().expect("stderr");
    assert!(said.contains("Unable to locate credentials"), "{said}");
}

#[test]
fn botocores_rule_set_gives_the_endpoints_of_each_partition() {
    let Some(oracles) =
        Oracles::or_skip("botocores_rule_set_gives_the_endpoints_of_each_partition")
    else {
        return;
    };
    let answer = oracles.run("partitions.py", &json!({}));
    let partitions = answer["partitions"].as_object().expect("partitions");
    let mut ids: Vec<&str> = partitions.keys().map(String::as_str).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "aws",
            "aws-cn",
            "aws-eusc",
            "aws-iso",
            "aws-iso-b",
            "aws-iso-e",
            "aws-iso-f",
            "aws-us-gov",
        ]
    );
    let ireland = &partitions["aws"]["regions"]["eu-west-1"];
    assert_eq!(ireland["standard"]["host"], "sts.eu-west-1.amazonaws.com");
    assert_eq!(
        ireland["fips_dualstack"]["host"],
        "sts-fips.eu-west-1.api.aws"
    );
    let gov = &partitions["aws-us-gov"]["regions"]["us-gov-west-1"];
    assert_eq!(gov["fips"]["host"], "sts.us-gov-west-1.amazonaws.com");
    let global = &partitions["aws"]["regions"]["aws-global"]["standard"];
    assert_eq!(
        *global,
        json!({ "host": "sts.amazonaws.com", "signing_region": "us-east-1" })
    );

    let legacy = answer["legacy_global"].as_array().expect("a list");
    assert!(legacy.contains(&json!("eu-west-1")) && !legacy.contains(&json!("eu-south-1")));
}

#[test]
fn a_script_that_fails_says_why() {
    let Some(oracles) = Oracles::or_skip("a_script_that_fails_says_why") else {
        return;
    };
    let message = *std::panic::catch_unwind(|| oracles.run("resign.py", &json!({})))
        .expect_err("there are no cases")
        .downcast::<String>()
        .expect("with a message");
    assert!(message.contains("resign.py failed"), "{message}");
    assert!(message.contains("KeyError: 'cases'"), "{message}");
}

#[test]
fn moto_tells_the_aws_cli_who_it_is_and_records_the_request() {
    let Some(oracles) = Oracles::or_skip("moto_tells_the_aws_cli_who_it_is") else {
        return;
    };
    let moto = oracles.moto();
    let home = TestHome::new();
    home.write_credentials(
        "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n",
    );
    let output = home
        .command(oracles.aws())
        .args([
            "sts",
            "get-caller-identity",
            "--region",
            "eu-west-1",
            "--output",
            "json",
        ])
        .env("AWS_ENDPOINT_URL", moto.url())
        .output()
        .expect("aws starts");
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        moto.log()
    );
    let identity: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(identity["Account"], "123456789012");

    let requests = moto.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!(requests[0]["method"], "POST");
    let authorization = requests[0]["headers"]["Authorization"]
        .as_str()
        .expect("signed");
    assert!(
        authorization.contains("Credential=AKIDEXAMPLE/"),
        "{authorization}"
    );
}

#[test]
fn the_homeless_aws_cli_lives_on_its_environment() {
    let Some(oracles) = Oracles::or_skip("the_homeless_aws_cli_lives_on_its_environment") else {
        return;
    };
    let args = [
        "eks",
        "get-token",
        "--cluster-name",
        "prod",
        "--region",
        "eu-west-1",
    ];
    let without = oracles.aws_cli().args(args).output().expect("aws starts");
    assert!(
        !without.status.success(),
        "{}",
        String::from_utf8_lossy(&without.stdout)
    );

    let with = oracles
        .aws_cli()
        .args(args)
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .output()
        .expect("aws starts");
    assert!(
        with.status.success(),
        "{}",
        String::from_utf8_lossy(&with.stderr)
    );
    let url = url_in(&String::from_utf8_lossy(&with.stdout));
    assert!(
        url.starts_with("https://sts.eu-west-1.amazonaws.com/?Action="),
        "{url}"
    );
}
