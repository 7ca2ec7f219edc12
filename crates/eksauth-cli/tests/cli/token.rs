//! `eksauth token`: what it prints, and every way to ask for it.

use eksauth_testing::Oracles;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::scene::{REGION, SESSION_TOKEN, Scene, assert_says, assert_signed_for};

const V1: &str = r#"{"apiVersion":"client.authentication.k8s.io/v1"}"#;

#[test]
fn an_exec_credential_is_one_line_in_the_order_of_the_incumbents() {
    let scene = Scene::with_key().set("AWS_SESSION_TOKEN", SESSION_TOKEN);
    let stdout = scene.traced("token -i prod").succeeded();
    let credential: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let status = &credential["status"];
    assert_eq!(
        stdout,
        format!(
            "{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\
             \"spec\":{{\"interactive\":false}},\
             \"status\":{{\"expirationTimestamp\":{},\"token\":{}}}}}\n",
            status["expirationTimestamp"], status["token"]
        )
    );
}

#[test]
fn a_token_that_works_needs_no_words() {
    let scene = Scene::with_key();
    let ran = scene.run("token -i prod");
    assert_eq!(ran.stderr, "");
    assert_eq!(ran.token().host(), "sts.eu-west-1.amazonaws.com");
}

#[test]
fn the_announced_end_is_fourteen_minutes_after_the_signing_time_in_whole_seconds() {
    let scene = Scene::with_key();
    let ran = scene.run("token -i prod");
    let credential: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let announced = credential["status"]["expirationTimestamp"]
        .as_str()
        .unwrap();
    assert_eq!(announced.len(), "2026-01-02T03:04:05Z".len(), "{announced}");
    assert!(announced.ends_with('Z'), "{announced}");
    let announced: Timestamp = announced.parse().unwrap();
    let life = announced.duration_since(ran.token().signed_at());
    assert_eq!(life, SignedDuration::from_mins(14));
}

#[test]
fn every_spelling_of_the_incumbents_gives_a_token_for_that_cluster_and_region() {
    let Some(oracles) = Oracles::or_skip("every_spelling_of_the_incumbents_gives_a_token") else {
        return;
    };
    let scene = Scene::with_key();
    let tokens: Vec<_> = [
        "token -i prod",
        "token --cluster-id prod",
        "token --cluster-name prod",
        "token --cluster-name=prod",
        "-i prod token",
        "--cluster-id prod token",
        "--cluster-name prod token",
        "token -i prod --cache",
        "token -i prod --no-cache",
        "token -i prod --external-id alone -s alone",
        "token -i prod --forward-session-name",
        "token -i prod --token-only",
        "token -i prod -o text",
        "token -i prod --output json",
        "token -i prod --region eu-west-1",
        "--region eu-west-1 token -i prod",
        "eks get-token --cluster-name prod",
        "eks get-token --cluster-id prod",
        "--region eu-west-1 eks get-token --cluster-name prod --output json",
        "--output text eks get-token --cluster-name prod",
        "eks get-token --cluster-name prod --region eu-west-1 --no-cli-pager --color off",
    ]
    .into_iter()
    .map(|words| (words, scene.run(words).token()))
    .collect();
    for (words, token) in &tokens {
        assert_eq!(token.host(), "sts.eu-west-1.amazonaws.com", "{words}");
        assert_eq!(token.region(), REGION, "{words}");
    }
    let signed: Vec<_> = tokens.iter().map(|(_, token)| (token, "prod")).collect();
    assert_signed_for(oracles, &signed);
}

#[test]
fn a_flag_wins_over_the_environment() {
    let Some(oracles) = Oracles::or_skip("a_flag_wins_over_the_environment") else {
        return;
    };
    let scene = Scene::with_key().set("KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID", "of-the-env");
    let from_environment = scene.run("token").token();
    let from_flag = scene
        .run("token -i of-the-flag --region ap-south-1")
        .token();
    let before_command = scene.run("-i of-the-flag token").token();
    assert_eq!(from_environment.region(), REGION);
    assert_eq!(from_flag.region(), "ap-south-1");
    assert_eq!(from_flag.host(), "sts.ap-south-1.amazonaws.com");
    assert_signed_for(
        oracles,
        &[
            (&from_environment, "of-the-env"),
            (&from_flag, "of-the-flag"),
            (&before_command, "of-the-flag"),
        ],
    );
}

#[test]
fn a_token_alone_is_the_token_of_the_exec_credential() {
    let scene = Scene::with_key();
    for words in ["token -i prod --token-only", "token -i prod -o text"] {
        let stdout = scene.traced(words).succeeded();
        assert!(stdout.starts_with("k8s-aws-v1."), "{words}");
        let token = stdout.strip_suffix('\n').unwrap();
        assert!(!token.contains(char::is_whitespace), "{words}");
    }
}

#[test]
fn the_api_version_is_the_one_that_kubectl_asks_for() {
    let version = |scene: Scene| scene.run("token -i prod").json()["apiVersion"].clone();
    assert_eq!(
        version(Scene::with_key()),
        "client.authentication.k8s.io/v1beta1"
    );
    for wanted in ["v1", "v1beta1", "v1alpha1"] {
        let wanted = format!("client.authentication.k8s.io/{wanted}");
        let info = json!({ "kind": "ExecCredential", "apiVersion": wanted, "spec": {} });
        let scene = Scene::with_key().set("KUBERNETES_EXEC_INFO", &info.to_string());
        assert_eq!(version(scene), wanted);
    }
}

#[test]
fn what_is_not_understood_in_exec_info_is_said_and_answered_in_v1beta1() {
    for info in [
        "{",
        "[]",
        "3",
        "{}",
        r#"{"apiVersion":"client.authentication.k8s.io/v2"}"#,
    ] {
        let scene = Scene::with_key().set("KUBERNETES_EXEC_INFO", info);
        let ran = scene.run("token -i prod");
        assert_says(&ran.stderr, &["KUBERNETES_EXEC_INFO", "v1beta1"]);
        let version = ran.json()["apiVersion"].clone();
        assert_eq!(version, "client.authentication.k8s.io/v1beta1", "{info}");
    }
}

#[test]
fn without_a_region_the_api_servers_host_name_gives_it() {
    let info = |server: &str, config: serde_json::Value| {
        let cluster = json!({ "server": server, "config": config });
        json!({ "apiVersion": "client.authentication.k8s.io/v1", "spec": { "cluster": cluster } })
            .to_string()
    };
    let eks = "https://0123456789ABCDEF.gr7.ap-southeast-2.eks.amazonaws.com";
    let none = json!(null);
    for (server, config, words, region) in [
        (eks, none.clone(), "token -i prod", "ap-southeast-2"),
        (
            eks,
            none.clone(),
            "eks get-token --cluster-name prod",
            "ap-southeast-2",
        ),
        (
            eks,
            none.clone(),
            "token -i prod --region sa-east-1",
            "sa-east-1",
        ),
        (
            eks,
            json!({ "region": "us-west-2" }),
            "token -i prod",
            "us-west-2",
        ),
        // Not of EKS: what is configured.
        ("https://10.0.0.1:6443", none, "token -i prod", REGION),
    ] {
        let scene = Scene::with_key().set("KUBERNETES_EXEC_INFO", &info(server, config));
        let token = scene.traced(words).token();
        assert_eq!(token.region(), region, "{words} at {server}");
    }
}

#[test]
fn the_region_is_found_in_the_order_of_the_sdks() {
    let scene = |config: &str| {
        Scene::empty()
            .set("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
            .set("AWS_SECRET_ACCESS_KEY", crate::scene::SECRET)
            .with_config(config)
    };
    let config = "[default]\nregion = eu-north-1\n[profile work]\nregion = eu-west-3\n";
    let region = |scene: Scene| scene.run("token -i prod").token().region().to_owned();
    assert_eq!(region(scene("")), "us-east-1");
    assert_eq!(region(scene(config)), "eu-north-1");
    assert_eq!(
        region(scene(config).set("AWS_PROFILE", "work")),
        "eu-west-3"
    );
    let both = scene(config).set("AWS_DEFAULT_REGION", "ca-central-1");
    assert_eq!(region(both), "ca-central-1");
    let all = scene(config)
        .set("AWS_DEFAULT_REGION", "ca-central-1")
        .set("AWS_REGION", "eu-south-2");
    assert_eq!(region(all), "eu-south-2");
}

#[test]
fn the_presigned_host_is_aws_own_in_spite_of_an_endpoint_override() {
    let scene = Scene::with_key()
        .set("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
    assert_eq!(
        scene.run("token -i prod").token().host(),
        "sts.eu-west-1.amazonaws.com"
    );
}

#[test]
fn fips_and_dual_stack_hosts_are_those_of_the_settings() {
    for (variables, host) in [
        (
            vec!["AWS_USE_FIPS_ENDPOINT"],
            "sts-fips.eu-west-1.amazonaws.com",
        ),
        (vec!["AWS_USE_DUALSTACK_ENDPOINT"], "sts.eu-west-1.api.aws"),
        (
            vec!["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"],
            "sts-fips.eu-west-1.api.aws",
        ),
    ] {
        let scene = variables
            .iter()
            .fold(Scene::with_key(), |scene, name| scene.set(name, "true"));
        assert_eq!(scene.run("token -i prod").token().host(), host);
    }
}

#[test]
fn what_is_wrong_with_the_command_line_is_exit_code_two() {
    let scene = Scene::with_key().set("KUBERNETES_EXEC_INFO", V1);
    for words in [
        "token",
        "token -i",
        "token -i prod --no-such-flag",
        "token -i prod extra",
        "token -i prod -o yaml",
        "token -i prod --cache --no-cache",
        "token -i prod --duration soon",
        "token -i prod -v loud",
        "no-such-command",
        "eks",
        "eks get-token",
        "eks get-token --cluster-name a --cluster-id b",
        "eks get-token --cluster-name a --output table",
        "eks get-token --cluster-name a --query status",
        "",
    ] {
        let stderr = scene.run(words).refused();
        assert!(!stderr.contains('\u{1b}'), "{words}: colour in a pipe");
    }
}

#[test]
fn help_and_version_are_data() {
    let scene = Scene::empty();
    for words in [
        "--help",
        "help",
        "token --help",
        "help token",
        "-h",
        "--version",
    ] {
        let ran = scene.run(words);
        assert_eq!(ran.stderr, "", "{words}");
        let stdout = ran.succeeded();
        assert!(stdout.contains("eksauth"), "{words}: {stdout}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_exit_code_one() {
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let scene = Scene::with_key();
    for words in [
        "token -i prod",
        "token -i prod --token-only",
        "eks get-token --cluster-name prod",
        "completions bash",
        "man",
        "version",
        "--help",
    ] {
        let stderr = scene.run_into(full(), words).failed();
        assert_says(&stderr, &["standard output"]);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_gone_is_no_error() {
    let scene = Scene::with_key();
    for words in ["token -i prod", "completions zsh", "man", "--help"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = scene.run_into(writer, words);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{words}");
    }
}

#[test]
fn what_is_reported_can_be_asked_for_as_json() {
    let scene = Scene::with_key();
    let ran = scene.run("token -i prod -v debug -l json");
    let mut lines = ran.stderr.lines();
    let first: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(first["fields"]["host"], "sts.eu-west-1.amazonaws.com");
    assert_eq!(scene.run("token -i prod -v off").stderr, "");
}

/// A role that cannot be assumed tells that it was meant to be.
#[test]
fn the_whole_extension_of_a_cluster_counts_in_every_spelling() {
    let config = json!({ "clusterName": "prod", "roleArn": "no-arn", "region": "eu-north-1" });
    let info = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "spec": { "cluster": { "config": config } }
    });
    for (name, words) in [
        ("eksauth", "token"),
        ("eksauth", "eks get-token"),
        ("aws-iam-authenticator", "token"),
    ] {
        let scene = Scene::with_key()
            .called(name)
            .set("KUBERNETES_EXEC_INFO", &info.to_string());
        assert_says(
            &scene.run(words).failed(),
            &["ARN of an IAM role", "no-arn"],
        );
    }
}

#[test]
fn the_incumbents_variables_and_file_count_when_only_the_command_is_changed() {
    let scene = Scene::with_key().set("DEFAULT_ROLE", "role-of-the-variable");
    assert_says(
        &scene.run("token -i prod").failed(),
        &["role-of-the-variable"],
    );
    let scene = Scene::with_key();
    scene
        .home()
        .write("config.yaml", "clusterID: prod\nrole: role-of-the-file\n");
    let file = scene.path("config.yaml").display().to_string();
    let words = format!("token -c {file} --feature-gates SSORoleMatch=true");
    assert_says(&scene.run(&words).failed(), &["role-of-the-file"]);
}

#[test]
fn flags_are_read_as_the_incumbents_read_them() {
    let scene = Scene::with_key();
    for words in [
        "token -i other -i prod --token-only=true --cache=false --forward-session-name=false",
        "token -i prod --region us-east-1 --region eu-west-1 --token-only",
        "--no-cli-pager token -i prod --token-only",
    ] {
        assert_eq!(scene.run(words).token().region(), REGION, "{words}");
    }
    let alone =
        "--query status.token --output text --no-cli-pager eks get-token --cluster-name prod";
    assert!(scene.run(alone).succeeded().starts_with("k8s-aws-v1."));
    for option in [
        "--no-verify-ssl",
        "--debug",
        "--ca-bundle x",
        "--endpoint-url http://x",
    ] {
        let ran = scene.run(&format!("{option} eks get-token --cluster-name prod"));
        assert_says(&ran.stderr, &["ignored", option.split(' ').next().unwrap()]);
        ran.succeeded();
    }
    scene.run("--output text token -i prod").refused();
}

#[test]
fn a_misplaced_presigned_url_is_not_repeated() {
    let scene = Scene::with_key();
    let token = scene.run("token -i prod").token();
    let body = token.text.trim_start_matches("k8s-aws-v1.");
    let signature = token.parameter("X-Amz-Signature").unwrap();
    for misplaced in [&*token.url, body] {
        for words in [
            vec!["token", misplaced],
            vec!["token", "-i", "prod", "--region", misplaced],
            vec!["token", "-i", "prod", "--profile", misplaced],
            vec!["inspect", "--at", misplaced],
        ] {
            let ran = scene.run_args(&words);
            assert!(!ran.stderr.contains(signature), "{}", words[0]);
            assert!(!ran.stderr.contains(&body[100..140]), "{}", words[0]);
        }
    }
}

#[test]
fn a_flag_that_says_no_beats_a_file_that_says_yes() {
    let scene = Scene::with_key();
    scene
        .home()
        .write("alone.yaml", "clusterID: prod\ntokenOnly: true\n");
    let both = "clusterID: prod\nforwardSessionName: true\nsessionName: ours\n";
    scene.home().write("both.yaml", both);
    let run = |file: &str, flags: &str| {
        let file = scene.path(file).display().to_string();
        scene.run(&format!("token -c {file} {flags}"))
    };
    assert!(run("alone.yaml", "").succeeded().starts_with("k8s-aws-v1."));
    let credential = run("alone.yaml", "--token-only=false").json();
    assert_eq!(credential["kind"], "ExecCredential");
    assert_says(
        &run("both.yaml", "").failed(),
        &["`sessionName`", "`forwardSessionName`"],
    );
    run("both.yaml", "--forward-session-name=false").succeeded();
}
