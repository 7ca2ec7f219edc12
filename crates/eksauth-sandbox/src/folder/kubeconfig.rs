//! The kubeconfig of the sandbox.

use std::path::Path;

use data_encoding::BASE64;
use serde_json::{Value, json};

/// A cluster, and somebody in it.
pub(crate) struct KubeContext {
    /// The context's name.
    pub(crate) name: String,
    pub(crate) cluster: String,
    /// The name or id that tokens are signed for.
    pub(crate) token_cluster: String,
    pub(crate) server: String,
    pub(crate) ca_pem: String,
    pub(crate) region: String,
    /// The role to assume, unless it is the user as which the keys are.
    pub(crate) role_arn: Option<String>,
}

/// A kubeconfig whose users run `eksauth token`; the first context is the current one.
pub(crate) fn kubeconfig(contexts: &[KubeContext], eksauth: &Path) -> String {
    let mut clusters: Vec<Value> = Vec::new();
    for it in contexts {
        let cluster = json!({
            "name": it.cluster,
            "cluster": {
                "server": it.server,
                "certificate-authority-data": BASE64.encode(it.ca_pem.as_bytes()),
            },
        });
        if !clusters.contains(&cluster) {
            clusters.push(cluster);
        }
    }
    let users: Vec<Value> = contexts.iter().map(|it| user(it, eksauth)).collect();
    let context = |it: &KubeContext| json!({"name": it.name, "context": {"cluster": it.cluster, "user": it.name}});
    let kubeconfig = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": contexts.first().map(|it| it.name.clone()).unwrap_or_default(),
        "clusters": clusters,
        "contexts": contexts.iter().map(context).collect::<Vec<_>>(),
        "users": users,
    });
    // JSON is YAML, and every client reads it.
    format!("{kubeconfig:#}\n")
}

fn user(context: &KubeContext, eksauth: &Path) -> Value {
    let mut args = vec![
        "token",
        "--cluster-name",
        &context.token_cluster,
        "--region",
        &context.region,
    ];
    if let Some(role_arn) = &context.role_arn {
        args.extend(["--role", role_arn]);
    }
    json!({
        "name": context.name,
        "user": {
            "exec": {
                "apiVersion": "client.authentication.k8s.io/v1",
                "command": eksauth,
                "args": args,
                "interactiveMode": "IfAvailable",
                "provideClusterInfo": false,
            },
        },
    })
}
