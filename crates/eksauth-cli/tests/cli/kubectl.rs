//! The real kubectl runs the program, and the API server tells what it was sent.

use eksauth_testing::{ApiServer, Kubectl, Oracles};
use serde_json::{Value, json};

use crate::scene::{
    CREDENTIALS_FILE, EKSAUTH, PROFILE_ACCESS_KEY_ID, Ran, Scene, SignedToken, assert_signed_for,
    moto,
};

/// The tokens that the server was sent, oldest first.
pub(crate) fn bearer_tokens(server: &ApiServer) -> Vec<SignedToken> {
    let headers = server
        .requests()
        .into_iter()
        .filter_map(|it| it.authorization);
    headers
        .map(|it| SignedToken::new(it.strip_prefix("Bearer ").expect("a bearer token")))
        .collect()
}

/// A user that runs the program with these arguments.
fn user(version: &str, arguments: &str) -> Value {
    user_of(EKSAUTH, version, arguments)
}

fn user_of(command: &str, version: &str, arguments: &str) -> Value {
    json!({ "exec": {
        "apiVersion": format!("client.authentication.k8s.io/{version}"),
        "command": command,
        "args": arguments.split_whitespace().collect::<Vec<_>>(),
        "interactiveMode": "Never",
        "provideClusterInfo": true,
    }})
}

/// Asks the server how it is.
#[track_caller]
fn get_health(kubectl: &Kubectl, scene: &Scene, context: &[&str]) -> Ran {
    let output = scene
        .command_of(kubectl.path())
        .args(["get", "--raw", "/healthz"])
        .args(context)
        .output()
        .unwrap();
    let ran = scene.scanned(output);
    for token in ran.stderr.split_whitespace() {
        assert!(!token.contains("k8s-aws-v1."), "{}", ran.stderr);
    }
    ran
}

/// The last token that the server was sent, after kubectl has asked it with this kubeconfig.
#[track_caller]
fn token_sent(
    kubectl: &Kubectl,
    scene: &Scene,
    server: &ApiServer,
    kubeconfig: &str,
) -> SignedToken {
    scene.home().write_kubeconfig(kubeconfig);
    let ran = get_health(kubectl, scene, &[]);
    assert_eq!(ran.stdout, "ok", "{}", ran.stderr);
    bearer_tokens(server).pop().expect("a token was sent")
}

#[test]
fn kubectl_signs_in_by_v1_and_by_v1beta1() {
    const TEST: &str = "kubectl_signs_in_by_v1_and_by_v1beta1";
    let (Some(kubectl), Some(oracles)) = (Kubectl::or_skip(TEST), Oracles::or_skip(TEST)) else {
        return;
    };
    let server = ApiServer::start();
    let scene = Scene::with_key();
    let mut tokens = Vec::new();
    for version in ["v1", "v1beta1"] {
        for arguments in [
            "token -i prod",
            "token -i prod -v trace",
            "--region eu-west-1 eks get-token --cluster-name prod --output json",
        ] {
            let kubeconfig = server.kubeconfig(user(version, arguments));
            tokens.push(token_sent(kubectl, &scene, &server, &kubeconfig));
        }
    }
    let signed: Vec<_> = tokens.iter().map(|token| (token, "prod")).collect();
    assert_signed_for(oracles, &signed);
}

#[cfg(unix)]
#[test]
fn kubectl_signs_in_by_the_incumbents_name() {
    const TEST: &str = "kubectl_signs_in_by_the_incumbents_name";
    let (Some(kubectl), Some(oracles)) = (Kubectl::or_skip(TEST), Oracles::or_skip(TEST)) else {
        return;
    };
    let server = ApiServer::start();
    let scene = Scene::with_key().called("aws-iam-authenticator");
    let command = scene.path("aws-iam-authenticator").display().to_string();
    for version in ["v1", "v1beta1"] {
        let user = user_of(&command, version, "token -i prod");
        let token = token_sent(kubectl, &scene, &server, &server.kubeconfig(user));
        assert_signed_for(oracles, &[(&token, "prod")]);
    }
}

#[test]
fn the_cluster_in_the_kubeconfig_says_what_the_user_leaves_open() {
    const TEST: &str = "the_cluster_in_the_kubeconfig_says_what_the_user_leaves_open";
    let (Some(kubectl), Some(oracles)) = (Kubectl::or_skip(TEST), Oracles::or_skip(TEST)) else {
        return;
    };
    let server = ApiServer::start();
    let scene = Scene::with_key()
        .with_credentials_file(CREDENTIALS_FILE)
        .set(
            "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID",
            "of-the-environment",
        );
    let config = json!({ "clusterName": "of-the-cluster", "region": "ap-south-1" });
    let with_profile = json!({ "cluster-id": "of-the-cluster", "Profile": "work", "other": {} });
    for (config, arguments, cluster, region) in [
        (&config, "token", "of-the-cluster", "ap-south-1"),
        (&config, "token -i of-the-flag", "of-the-flag", "ap-south-1"),
        (
            &config,
            "token --region sa-east-1",
            "of-the-cluster",
            "sa-east-1",
        ),
        (
            &config,
            "-i of-the-flag --region sa-east-1 token",
            "of-the-flag",
            "sa-east-1",
        ),
        (&with_profile, "token", "of-the-cluster", "eu-west-1"),
        (&json!({}), "token", "of-the-environment", "eu-west-1"),
    ] {
        let user = user("v1", arguments);
        let kubeconfig = server.kubeconfig_with_exec_config(user, config.clone());
        let token = token_sent(kubectl, &scene, &server, &kubeconfig);
        assert_eq!(token.region(), region, "{arguments} {config}");
        assert_signed_for(oracles, &[(&token, cluster)]);
        let of_profile = token.access_key_id() == PROFILE_ACCESS_KEY_ID;
        assert_eq!(of_profile, config == &with_profile, "{arguments} {config}");
    }
}

#[test]
fn the_cluster_in_the_kubeconfig_names_the_role_unless_a_flag_does() {
    const TEST: &str = "the_cluster_in_the_kubeconfig_names_the_role_unless_a_flag_does";
    let (Some(kubectl), Some(moto)) = (Kubectl::or_skip(TEST), moto(TEST)) else {
        return;
    };
    let server = ApiServer::start();
    let scene = Scene::with_key().set("AWS_ENDPOINT_URL_STS", moto.url());
    let arn = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    let config = json!({
        "clusterName": "prod",
        "roleArn": arn("OfTheCluster"),
        "sessionName": "of-the-cluster",
        "externalId": "our-agreement",
    });
    for arguments in [
        "token".to_owned(),
        format!("token --role {} -s of-the-flag", arn("OfTheFlag")),
    ] {
        let user = user("v1", &arguments);
        let kubeconfig = server.kubeconfig_with_exec_config(user, config.clone());
        let token = token_sent(kubectl, &scene, &server, &kubeconfig);
        assert!(token.parameter("X-Amz-Security-Token").is_some());
    }
    let calls = moto.calls("AssumeRole");
    for (role, session) in [
        ("OfTheCluster", "of-the-cluster"),
        ("OfTheFlag", "of-the-flag"),
    ] {
        let call = calls
            .iter()
            .find(|it| it["RoleArn"] == arn(role))
            .expect(role);
        assert_eq!(call["RoleSessionName"], session);
        assert_eq!(call["ExternalId"], "our-agreement");
    }
}

#[test]
fn one_user_serves_two_clusters_each_by_its_name() {
    const TEST: &str = "one_user_serves_two_clusters_each_by_its_name";
    let (Some(kubectl), Some(oracles)) = (Kubectl::or_skip(TEST), Oracles::or_skip(TEST)) else {
        return;
    };
    let scene = Scene::with_key();
    let servers = [("blue", ApiServer::start()), ("green", ApiServer::start())];
    let mut clusters = Vec::new();
    let mut contexts = Vec::new();
    let mut config = Value::Null;
    for (name, server) in &servers {
        let exec = json!({ "clusterName": name });
        let text = server.kubeconfig_with_exec_config(user("v1", "token"), exec);
        config = serde_json::from_str(&text).unwrap();
        let mut cluster = config["clusters"][0].clone();
        cluster["name"] = json!(name);
        clusters.push(cluster);
        let user = &config["users"][0]["name"];
        contexts.push(json!({ "name": name, "context": { "cluster": name, "user": user } }));
    }
    config["clusters"] = clusters.into();
    config["contexts"] = contexts.into();
    assert_eq!(config["users"].as_array().unwrap().len(), 1);
    scene.home().write_kubeconfig(&config.to_string());
    for (name, server) in &servers {
        let ran = get_health(kubectl, &scene, &["--context", name]);
        assert_eq!(ran.stdout, "ok", "{}", ran.stderr);
        let token = bearer_tokens(server).pop().unwrap();
        assert_signed_for(oracles, &[(&token, name)]);
    }
}

#[cfg(unix)]
#[test]
fn a_rejected_token_makes_kubectl_ask_for_another() {
    use std::os::unix::fs::PermissionsExt as _;

    let Some(kubectl) = Kubectl::or_skip("a_rejected_token_makes_kubectl_ask_for_another") else {
        return;
    };
    let server = ApiServer::start();
    let scene = Scene::with_key();
    // Two tokens of the same second are the same, so runs are counted instead.
    let plugin = scene.home().write(
        "plugin",
        &format!("#!/bin/sh\necho run >> \"$HOME/runs\"\nexec '{EKSAUTH}' \"$@\"\n"),
    );
    std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o700)).unwrap();
    let user = user_of(&plugin.display().to_string(), "v1", "token -i prod");
    scene.home().write_kubeconfig(&server.kubeconfig(user));
    let runs = || {
        std::fs::read_to_string(scene.path("runs"))
            .unwrap()
            .lines()
            .count()
    };

    let accepted = get_health(kubectl, &scene, &[]);
    assert_eq!(accepted.stdout, "ok", "{}", accepted.stderr);
    assert_eq!(runs(), 1);
    server.reject_next("/healthz");
    let rejected = get_health(kubectl, &scene, &[]);
    assert_ne!(rejected.code, Some(0));
    assert_eq!(runs(), 3, "once for the request and once for the 401");
}

#[test]
fn kubectl_shows_our_error_when_there_are_no_credentials() {
    let Some(kubectl) = Kubectl::or_skip("kubectl_shows_our_error_when_there_are_no_credentials")
    else {
        return;
    };
    let server = ApiServer::start();
    let scene = Scene::empty();
    scene
        .home()
        .write_kubeconfig(&server.kubeconfig(user("v1", "token -i prod")));
    let ran = get_health(kubectl, &scene, &[]);
    assert_ne!(ran.code, Some(0));
    crate::scene::assert_says(&ran.stderr, &["AWS_ACCESS_KEY_ID", "aws sso login"]);
    assert!(bearer_tokens(&server).is_empty());
}
