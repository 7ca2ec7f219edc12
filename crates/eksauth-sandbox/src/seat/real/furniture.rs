//! What there is in a new cluster: the roles and the pods that the embedded API has, too.

use std::net::SocketAddr;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::ControlPlaneError;
use super::admin::{Admin, Said};

/// What the groups of the sandbox may read. The others have what Kubernetes binds by default.
const READERS: [(&str, &[&str]); 2] = [
    ("sandbox:developers", &["namespaces", "pods"]),
    ("sandbox:viewers", &["namespaces"]),
];

const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

const PODS: [(&str, &str); 2] = [
    ("kube-system", "coredns-5d78c9869d-7xk2p"),
    ("default", "hello"),
];

const IMAGE: &str = "registry.k8s.io/pause:3.10";

/// Fills a new cluster.
pub(super) async fn move_in(admin: &Admin, address: SocketAddr) -> Result<(), ControlPlaneError> {
    let cluster = Cluster { admin, address };
    for (group, resources) in READERS {
        cluster
            .make(
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                role(group, resources),
            )
            .await?;
        cluster
            .make(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                binding(group),
            )
            .await?;
    }
    for name in NAMESPACES {
        cluster
            .make(
                "/api/v1/namespaces",
                json!({ "metadata": { "name": name } }),
            )
            .await?;
    }
    for (namespace, name) in PODS {
        let pods = format!("/api/v1/namespaces/{namespace}/pods");
        cluster.make(&pods, pod(name)).await?;
        cluster
            .change(&format!("{pods}/{name}/status"), running())
            .await?;
    }
    Ok(())
}

struct Cluster<'a> {
    admin: &'a Admin,
    address: SocketAddr,
}

impl Cluster<'_> {
    /// Makes an object. kube-apiserver makes its own namespaces at some time, too.
    async fn make(&self, path: &str, object: Value) -> Result<(), ControlPlaneError> {
        let said = self
            .admin
            .ask(self.address, Method::POST, path, Some(&object))
            .await;
        judge(path, said, &[StatusCode::CREATED, StatusCode::CONFLICT])
    }

    async fn change(&self, path: &str, patch: Value) -> Result<(), ControlPlaneError> {
        let said = self
            .admin
            .ask(self.address, Method::PATCH, path, Some(&patch))
            .await;
        judge(path, said, &[StatusCode::OK])
    }
}

fn judge<E: std::fmt::Display>(
    path: &str,
    said: Result<Said, E>,
    good: &[StatusCode],
) -> Result<(), ControlPlaneError> {
    let reason = match said {
        Ok(said) if good.contains(&said.status) => return Ok(()),
        Ok(said) => {
            let status: Value = serde_json::from_str(&said.body).unwrap_or_default();
            let message = status["message"].as_str().unwrap_or_default();
            let message: String = message.escape_default().take(300).collect();
            format!("{}: {message}", said.status)
        }
        Err(error) => error.to_string(),
    };
    Err(ControlPlaneError::Furniture {
        path: path.to_owned(),
        reason,
    })
}

fn role(name: &str, resources: &[&str]) -> Value {
    json!({
        "metadata": { "name": name },
        "rules": [{ "apiGroups": [""], "resources": resources, "verbs": ["get", "list", "watch"] }],
    })
}

/// Binds the role to the group of the same name.
fn binding(group: &str) -> Value {
    let of_rbac = |kind: &str| {
        json!({
            "apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": group,
        })
    };
    json!({
        "metadata": { "name": group },
        "roleRef": of_rbac("ClusterRole"),
        "subjects": [of_rbac("Group")],
    })
}

/// On no node: who deletes it need not wait for a kubelet that does not exist.
fn pod(name: &str) -> Value {
    json!({
        "metadata": { "name": name, "labels": { "app": name } },
        "spec": { "containers": [{ "name": "main", "image": IMAGE }] },
    })
}

fn running() -> Value {
    json!({ "status": {
        "phase": "Running",
        "containerStatuses": [{
            "name": "main",
            "image": IMAGE,
            "imageID": "",
            "ready": true,
            "restartCount": 0,
            "state": { "running": {} },
        }],
    } })
}
