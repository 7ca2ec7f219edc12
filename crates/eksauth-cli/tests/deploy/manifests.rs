//! The pods in `deploy/`, as kustomize puts them together.

use std::process::Command;

use eksauth_testing::Kubectl;
use serde_json::Value;

use crate::check::{Host, assert_good};
use crate::repository::{path, read, stdout, yaml};

/// The pod of a DaemonSet, or of a static pod.
pub(crate) fn pod(documents: &[Value]) -> &Value {
    let find = |kind: &str| documents.iter().find(|it| it["kind"] == kind);
    match find("DaemonSet") {
        Some(set) => &set["spec"]["template"]["spec"],
        None => &find("Pod").unwrap()["spec"],
    }
}

pub(crate) fn arguments(pod: &Value) -> Vec<&str> {
    let arguments = pod["containers"][0]["args"].as_array().unwrap();
    arguments.iter().map(|it| it.as_str().unwrap()).collect()
}

/// The configuration in the ConfigMap that the pod mounts.
pub(crate) fn configuration<'a>(documents: &'a [Value], pod: &Value) -> &'a str {
    let volumes = pod["volumes"].as_array().unwrap();
    let name = volumes
        .iter()
        .map(|it| &it["configMap"]["name"])
        .find(|it| !it.is_null())
        .unwrap();
    let map = documents
        .iter()
        .find(|it| it["kind"] == "ConfigMap" && it["metadata"]["name"] == *name)
        .unwrap();
    map["data"]["config.yaml"].as_str().unwrap()
}

/// Nothing of the node but its network and two folders, and no rights of root.
#[track_caller]
pub(crate) fn assert_confined(pod: &Value) {
    let container = &pod["containers"][0];
    let security = &container["securityContext"];
    assert_eq!(security["readOnlyRootFilesystem"], true);
    assert_eq!(security["allowPrivilegeEscalation"], false);
    assert_eq!(
        security["capabilities"],
        serde_json::json!({"drop": ["ALL"]})
    );
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["runAsUser"], 10000);
    assert_eq!(pod["hostNetwork"], true);
    assert_eq!(pod["priorityClassName"], "system-node-critical");
    assert_eq!(pod["terminationGracePeriodSeconds"], 30);
    for (probe, path) in [
        ("startupProbe", "/healthz"),
        ("livenessProbe", "/healthz"),
        ("readinessProbe", "/readyz"),
    ] {
        assert_eq!(container[probe]["httpGet"]["path"], path, "{probe}");
    }
}

#[test]
fn the_static_pod_starts_with_what_it_says() {
    let documents = yaml(&read("deploy/static-pod/eksauth-server.yaml"));
    let pod = pod(&documents);
    assert_confined(pod);
    let configuration = read("deploy/example/config.yaml");
    assert_good(&Host::new().check(&configuration, &arguments(pod)), &[]);
}

#[test]
fn the_daemon_set_starts_with_the_configuration_that_it_mounts() {
    let Some(kubectl) =
        Kubectl::or_skip("the_daemon_set_starts_with_the_configuration_that_it_mounts")
    else {
        return;
    };
    for overlay in ["deploy/base", "deploy/example"] {
        let mut command = Command::new(kubectl.path());
        let documents = yaml(&stdout(command.arg("kustomize").arg(path(overlay))));
        let pod = pod(&documents);
        assert_confined(pod);
        let configuration = configuration(&documents, pod);
        assert_good(&Host::new().check(configuration, &arguments(pod)), &[]);
        let reads_cluster = overlay == "deploy/example";
        assert_eq!(pod["automountServiceAccountToken"], reads_cluster);
    }
}
