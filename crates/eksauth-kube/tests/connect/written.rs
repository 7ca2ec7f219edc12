//! Kubeconfigs as tests write them.

use serde_json::{Value, json};

use crate::scene::Scene;

/// A kubeconfig with one cluster, context and user, all called `demo`.
pub(crate) struct Written {
    pub(crate) cluster: Value,
    pub(crate) context: Value,
    pub(crate) user: Value,
}

impl Written {
    /// Its user would run a program that does not exist.
    pub(crate) fn of(scene: &Scene) -> Self {
        let kubeconfig = std::fs::read(scene.sandbox.kubeconfig()).unwrap();
        let kubeconfig: Value = serde_json::from_slice(&kubeconfig).unwrap();
        let cluster = &kubeconfig["clusters"][0];
        assert_eq!(cluster["name"], "demo");
        Self {
            cluster: cluster["cluster"].clone(),
            context: json!({ "cluster": "demo", "user": "demo" }),
            user: exec("aws", &["eks", "get-token", "--cluster-name", "demo"]),
        }
    }

    pub(crate) fn text(&self) -> String {
        let kubeconfig = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "demo",
            "clusters": [{ "name": "demo", "cluster": self.cluster }],
            "contexts": [{ "name": "demo", "context": self.context }],
            "users": [{ "name": "demo", "user": self.user }],
        });
        format!("{kubeconfig:#}\n")
    }
}

/// A user who runs a program of this name in a folder that does not exist.
pub(crate) fn exec(program: &str, args: &[&str]) -> Value {
    json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": format!("/nowhere/{program}"),
        "args": args,
        "interactiveMode": "Never",
    } })
}
