//! Each backend: who gets in, as whom, and what becomes of it when its mappings change.

use serde_json::json;

use crate::backend::{Backend, DEVELOPER, DEVELOPERS, Mapping, VIEWER, VIEWERS};
use crate::cluster::{Cluster, Turn};
use crate::ran::assert_says;
use crate::server::Server;
use crate::waiting::eventually;

const DEVELOPER_READS_PODS: Mapping = Mapping {
    role: DEVELOPER,
    username: "dev:{{SessionName}}",
    group: DEVELOPERS,
};
const DEVELOPER_READS_NAMESPACES: Mapping = Mapping {
    group: VIEWERS,
    ..DEVELOPER_READS_PODS
};
const VIEWER_READS_NAMESPACES: Mapping = Mapping {
    role: VIEWER,
    username: "view:{{AccountID}}",
    group: VIEWERS,
};

#[test]
fn mounted_file_is_what_the_cluster_goes_by() {
    a_backend_is_what_the_cluster_goes_by(
        "mounted_file_is_what_the_cluster_goes_by",
        Backend::MountedFile,
    );
}

#[test]
fn dynamic_file_is_what_the_cluster_goes_by() {
    a_backend_is_what_the_cluster_goes_by(
        "dynamic_file_is_what_the_cluster_goes_by",
        Backend::DynamicFile,
    );
}

#[test]
fn aws_auth_is_what_the_cluster_goes_by() {
    a_backend_is_what_the_cluster_goes_by(
        "aws_auth_is_what_the_cluster_goes_by",
        Backend::EksConfigMap,
    );
}

#[test]
fn identity_mappings_are_what_the_cluster_goes_by() {
    a_backend_is_what_the_cluster_goes_by(
        "identity_mappings_are_what_the_cluster_goes_by",
        Backend::Crd,
    );
}

fn a_backend_is_what_the_cluster_goes_by(test: &str, backend: Backend) {
    let Some(cluster) = Turn::or_skip(test) else {
        return;
    };
    let mappings = [DEVELOPER_READS_PODS];
    backend.put(&cluster, &mappings);
    let server = Server::start(&cluster, &backend.config(&cluster, &mappings), "");

    let live = cluster.token(DEVELOPER, "live");
    until_the_developer_is_in(&cluster, &live);
    the_groups_decide_what_is_allowed(&cluster);
    map_says_what_the_server_did(&cluster, &server, backend);

    backend.put(
        &cluster,
        &[DEVELOPER_READS_NAMESPACES, VIEWER_READS_NAMESPACES],
    );
    a_group_that_was_taken_away_is_missed(&cluster, &live);
    a_role_that_was_added_gets_in(&cluster);

    backend.put(&cluster, &[VIEWER_READS_NAMESPACES]);
    a_role_that_was_removed_is_out(&cluster, &live);
    let viewer = cluster.kubectl("Viewer", "get namespaces");
    assert_says(&viewer.succeeded(), &["kube-system"]);
    backend.put(&cluster, &[]);
}

fn until_the_developer_is_in(cluster: &Cluster, live: &str) {
    let ask = || cluster.kubectl_with(live, "auth whoami -o json");
    let review = eventually("the developer is let in", ask, |it| it.is_good()).json();
    let user = &review["status"]["userInfo"];
    assert_eq!(user["username"], "dev:live");
    assert_eq!(user["groups"], json!([DEVELOPERS, "system:authenticated"]));
    assert_eq!(user["extra"]["canonicalArn"], json!([DEVELOPER]));
}

/// With new tokens, as everyday commands have them.
fn the_groups_decide_what_is_allowed(cluster: &Cluster) {
    let developer = |arguments: &str| cluster.kubectl("Developer", arguments);
    assert_says(&developer("get pods -A").succeeded(), &["coredns", "hello"]);
    assert_eq!(developer("auth can-i list pods").succeeded(), "yes\n");
    let no = developer("auth can-i delete pods");
    assert_eq!((no.code, no.stdout.as_str()), (Some(1), "no\n"));
    assert_says(
        &developer("delete pod hello").failed(),
        &[
            "Error from server (Forbidden)",
            "User \"dev:",
            "cannot delete resource \"pods\"",
        ],
    );
    let viewer = cluster.kubectl("Viewer", "get namespaces");
    assert_says(&viewer.failed(), &["You must be logged in to the server"]);
}

fn map_says_what_the_server_did(cluster: &Cluster, server: &Server<'_>, backend: Backend) {
    let did = server.decision(|it| it["decision"] == "granted" && it["sessionName"] == "live");
    assert_eq!(did["backend"], backend.name());
    let Some(flags) = backend.flags_of_map(cluster) else {
        return;
    };
    let arn = did["arn"].as_str().unwrap();
    let says = cluster.eksauth(&format!("map {flags} --arn {arn} -o json"));
    let says = says.json();
    assert_eq!(says["mapped"], true);
    for key in ["username", "groups", "backend", "rule"] {
        assert_eq!(says[key], did[key], "{key}");
    }
    let denied = server.decision(|it| {
        let arn = it["canonicalArn"].as_str().unwrap_or_default();
        it["decision"] == "denied" && arn.to_lowercase() == VIEWER.to_lowercase()
    });
    let says = cluster.eksauth(&format!("map {flags} --arn {VIEWER} -o json"));
    assert_eq!(says.code, Some(1), "{says:?}");
    let says: serde_json::Value = serde_json::from_str(&says.stdout).unwrap();
    let reason = denied["reason"].as_str().unwrap();
    assert!(
        reason.contains(says["reason"].as_str().unwrap()),
        "{reason}: {says}"
    );
}

/// kube-apiserver lets a token in for ten seconds without asking again.
fn a_group_that_was_taken_away_is_missed(cluster: &Cluster, live: &str) {
    let ask = || cluster.kubectl_with(live, "get pods");
    let refused = |it: &crate::ran::Ran| it.stderr.contains("(Forbidden)");
    eventually("the developer reads no pods any more", ask, refused);
    let namespaces = cluster.kubectl_with(live, "get namespaces");
    assert_says(&namespaces.succeeded(), &["kube-system"]);
}

fn a_role_that_was_added_gets_in(cluster: &Cluster) {
    let whoami = || cluster.kubectl("Viewer", "auth whoami -o json");
    let review = eventually("the viewer is let in", whoami, |it| it.is_good()).json();
    let user = &review["status"]["userInfo"];
    assert_eq!(user["username"], "view:111122223333");
    let pods = cluster.kubectl("Viewer", "get pods");
    assert_says(&pods.failed(), &["(Forbidden)", "view:111122223333"]);
}

fn a_role_that_was_removed_is_out(cluster: &Cluster, live: &str) {
    let ask = || cluster.kubectl_with(live, "get namespaces");
    let is_out = |it: &crate::ran::Ran| it.stderr.contains("You must be logged in to the server");
    eventually("the developer is out", ask, is_out);
}
