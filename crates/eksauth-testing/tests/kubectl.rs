//! The real kubectl talks to the API server, and the server tells what it heard.

use std::process::Output;

use eksauth_testing::{ApiServer, Kubectl, TestHome};
use serde_json::json;

fn said(output: &Output) -> String {
    let [stdout, stderr] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{}\n{stdout}\n{stderr}", output.status)
}

#[test]
fn kubectl_sends_the_token_of_its_user() {
    let Some(kubectl) = Kubectl::or_skip("kubectl_sends_the_token_of_its_user") else {
        return;
    };
    let server = ApiServer::start();
    let home = TestHome::new();
    home.write_kubeconfig(&server.kubeconfig(json!({ "token": "of-the-test" })));

    let whoami = kubectl
        .command(&home)
        .args(["auth", "whoami"])
        .output()
        .expect("kubectl starts");
    assert!(
        whoami.status.success() && said(&whoami).contains("recorded"),
        "{}",
        said(&whoami)
    );
    let health = kubectl
        .command(&home)
        .args(["get", "--raw", "/healthz"])
        .output()
        .expect("starts");
    assert!(
        health.status.success() && health.stdout == b"ok",
        "{}",
        said(&health)
    );
    let version = kubectl
        .command(&home)
        .arg("version")
        .output()
        .expect("kubectl starts");
    assert!(
        said(&version).contains("Server Version: v1.32.0"),
        "{}",
        said(&version)
    );

    let requests = server.requests();
    let reviews = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let review = requests
        .iter()
        .find(|request| request.path.starts_with(reviews));
    let review = review.unwrap_or_else(|| panic!("no review in {requests:?}"));
    assert_eq!((review.method.as_str(), review.status), ("POST", 201));
    assert_eq!(review.authorization.as_deref(), Some("Bearer of-the-test"));
}

#[test]
fn without_a_token_nobody_is_anybody() {
    let Some(kubectl) = Kubectl::or_skip("without_a_token_nobody_is_anybody") else {
        return;
    };
    let server = ApiServer::start();
    let home = TestHome::new();
    let user = json!({ "username": "somebody", "password": "secret" });
    home.write_kubeconfig(&server.kubeconfig(user));
    let whoami = kubectl
        .command(&home)
        .args(["auth", "whoami"])
        .output()
        .expect("kubectl starts");
    assert!(!whoami.status.success(), "{}", said(&whoami));
}

#[test]
fn what_the_server_does_not_know_is_not_found() {
    let Some(kubectl) = Kubectl::or_skip("what_the_server_does_not_know_is_not_found") else {
        return;
    };
    let server = ApiServer::start();
    let home = TestHome::new();
    home.write_kubeconfig(&server.kubeconfig(json!({ "token": "of-the-test" })));
    let output = kubectl
        .command(&home)
        .args(["get", "--raw", "/nowhere"])
        .output()
        .expect("starts");
    assert!(!output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("(NotFound)"), "{}", said(&output));
}

#[test]
fn a_rejected_token_is_rejected_once() {
    let Some(kubectl) = Kubectl::or_skip("a_rejected_token_is_rejected_once") else {
        return;
    };
    let server = ApiServer::start();
    let home = TestHome::new();
    home.write_kubeconfig(&server.kubeconfig(json!({ "token": "of-the-test" })));
    let health = || {
        kubectl
            .command(&home)
            .args(["get", "--raw", "/healthz"])
            .output()
            .expect("kubectl starts")
    };
    server.reject_next("/healthz");
    let rejected = health();
    assert!(!rejected.status.success(), "{}", said(&rejected));
    let accepted = health();
    assert!(accepted.status.success(), "{}", said(&accepted));
    let asked: Vec<u16> = server
        .requests()
        .iter()
        .filter(|request| request.path == "/healthz")
        .map(|request| request.status)
        .collect();
    assert_eq!(asked, [401, 200]);
}

#[cfg(unix)]
#[test]
fn an_exec_plugin_is_told_what_the_cluster_says() {
    use std::os::unix::fs::PermissionsExt as _;

    let Some(kubectl) = Kubectl::or_skip("an_exec_plugin_is_told_what_the_cluster_says") else {
        return;
    };
    let server = ApiServer::start();
    let home = TestHome::new();
    let plugin = home.write(
        "plugin",
        r#"#!/bin/sh
echo "$KUBERNETES_EXEC_INFO" >> "$HOME/exec-info"
echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"of-the-plugin"}}'
"#,
    );
    std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o700)).expect("chmod");
    let exec = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": plugin,
        "interactiveMode": "Never",
        "provideClusterInfo": true,
    }});
    home.write_kubeconfig(&server.kubeconfig_with_exec_config(exec, json!({ "name": "prod" })));

    let health = kubectl
        .command(&home)
        .args(["get", "--raw", "/healthz"])
        .output()
        .expect("starts");
    assert!(health.status.success(), "{}", said(&health));
    let told = std::fs::read_to_string(home.path().join("exec-info")).expect("the plugin ran");
    assert!(told.contains(r#""config":{"name":"prod"}"#), "{told}");
    let authorized = server
        .requests()
        .into_iter()
        .filter_map(|request| request.authorization);
    assert!(
        authorized
            .into_iter()
            .any(|value| value == "Bearer of-the-plugin")
    );
}
