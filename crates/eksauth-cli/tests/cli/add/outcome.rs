//! What `add` prints, and what it says when it does not work.

use crate::aws_auth_api::AwsAuthApi;
use crate::scene::{Scene, assert_says};

use super::{DEPLOY, ENTRY, ROLE, ROLES, USER, at_once};

#[test]
fn json_is_the_config_map_as_it_is_afterwards() {
    let api = AwsAuthApi::with(&[("mapRoles", ROLES)]);
    let printed = at_once(&api.scene(), &format!("{ROLE} -o json")).json();
    assert_eq!(printed["kind"], "ConfigMap");
    assert_eq!(printed["apiVersion"], "v1");
    assert_eq!(printed["data"]["mapRoles"], [ROLES, ENTRY].concat());
    assert_eq!(printed["metadata"]["labels"]["team"], "platform");
    // As kubectl, which leaves it out.
    assert!(
        printed["metadata"].get("managedFields").is_none(),
        "{printed}"
    );
}

#[test]
fn yaml_is_a_manifest_that_can_be_read_again() {
    let api = AwsAuthApi::with(&[("mapRoles", ROLES)]);
    let words = format!("{ROLE} -o yaml");
    let yaml = at_once(&api.scene(), &words).succeeded();
    assert_says(
        &yaml,
        &["kind: ConfigMap\n", "  mapRoles: |\n    # Who audits.\n"],
    );
    let map = format!("map --configmap - --arn {DEPLOY} --session-name me -o json");
    let mapped = Scene::empty().pipe(&yaml, &map).json();
    assert_says(&mapped.to_string(), &["deploy:me", "deployers", "readers"]);
}

#[test]
fn the_format_may_stand_before_the_kind_of_principal() {
    let api = AwsAuthApi::with(&[]);
    let words = USER.replace("add user", "add -o json --prompt=false user");
    assert_eq!(api.scene().run(&words).json()["kind"], "ConfigMap");
}

#[test]
fn a_config_map_that_is_not_there_is_an_error_that_says_how_to_make_it() {
    let api = AwsAuthApi::without();
    let stderr = at_once(&api.scene(), USER).failed();
    let how = "kubectl create configmap aws-auth --namespace kube-system";
    assert_says(
        &stderr,
        &["expected the ConfigMap `kube-system/aws-auth`", how],
    );
    assert_eq!(api.writes(), 0);
}

#[test]
fn what_the_api_server_says_is_told() {
    for (status, expected) in [
        (401, "expected the API server to accept the credentials"),
        (403, "403 the server says Forbidden"),
    ] {
        let api = AwsAuthApi::with(&[]).refusing_with(status);
        let stderr = at_once(&api.scene(), USER).failed();
        assert_says(&stderr, &["kube-system/aws-auth", &api.url(), expected]);
    }
}

#[test]
fn an_api_server_that_is_not_there_is_told_with_the_cause() {
    let scene = Scene::empty();
    let kubeconfig = crate::aws_auth_api::kubeconfig("http://127.0.0.1:1", "here");
    scene.home().write_kubeconfig(&kubeconfig);
    let stderr = at_once(&scene, USER).failed();
    assert_says(&stderr, &["http://127.0.0.1:1", "because: ", "refused"]);
}
