//! What is in a namespace and in a pod, apart from the metadata that the server gives.

use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::{Value, json};

/// `metadata.labels`, `spec` and `status` of a namespace.
pub(super) fn namespace(name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": { "labels": { "kubernetes.io/metadata.name": name } },
        "spec": { "finalizers": ["kubernetes"] },
        "status": { "phase": "Active" },
    })
}

/// A pod of one container, once scheduled on the sandbox's only node.
pub(super) fn pod(name: &str, phase: &str) -> Value {
    let mut pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "labels": { "app": name } },
        "spec": {
            "containers": [{ "name": "main", "image": IMAGE }],
            "restartPolicy": "Always",
            "serviceAccountName": "default",
        },
        "status": { "phase": phase },
    });
    if let Some(state) = container_state(phase) {
        pod["spec"]["nodeName"] = json!("sandbox");
        pod["status"]["containerStatuses"] = json!([{
            "name": "main",
            "image": IMAGE,
            "imageID": "",
            "ready": phase == "Running",
            "restartCount": 0,
            "state": state,
        }]);
    }
    pod
}

const IMAGE: &str = "registry.k8s.io/pause:3.10";

/// `None` before the pod has been scheduled, and when its node has been lost.
fn container_state(phase: &str) -> Option<Value> {
    match phase {
        "Running" => Some(json!({ "running": {} })),
        "Succeeded" => Some(json!({ "terminated": { "exitCode": 0, "reason": "Completed" } })),
        "Failed" => Some(json!({ "terminated": { "exitCode": 1, "reason": "Error" } })),
        _ => None,
    }
}

/// In the form of Kubernetes: RFC 3339 in whole seconds.
pub(super) fn timestamp(time: SystemTime) -> String {
    Timestamp::try_from(time)
        // Out of the years that can be written.
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}
