//! What whoever sets a cluster up is given, before it lets anybody in.

use std::path::PathBuf;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::SandboxError;
use crate::folder::Folder;
use crate::net::PemPair;

use super::RunningCluster;

/// The environment variable that names the kubeconfig of the administrators. It is set where a
/// [`RealControlPlane`](crate::RealControlPlane) is.
pub const ADMIN_KUBECONFIG_VARIABLE: &str = "EKSAUTH_SANDBOX_ADMIN_KUBECONFIG";

const KUBECONFIG: &str = "admin-kubeconfig";

/// A cluster, and the certificate of a member of its `system:masters`.
pub(super) type Administered<'a> = (&'a RunningCluster, &'a PemPair);

/// Writes a kubeconfig with a context for each cluster, of the cluster's name. The first one is the
/// current one. Without any cluster there is no file.
pub(super) fn write(
    folder: &Folder,
    clusters: &[Administered<'_>],
) -> Result<Option<PathBuf>, SandboxError> {
    let Some((first, _)) = clusters.first() else {
        return Ok(None);
    };
    let entries = |entry: fn(&Administered<'_>) -> Value| -> Vec<Value> {
        clusters.iter().map(entry).collect()
    };
    let kubeconfig = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": first.name,
        "clusters": entries(cluster),
        "contexts": entries(context),
        "users": entries(user),
    });
    folder
        .write(KUBECONFIG, &format!("{kubeconfig:#}\n"))
        .map(Some)
}

fn cluster((it, _): &Administered<'_>) -> Value {
    json!({"name": it.name, "cluster": {
        "server": it.server,
        "certificate-authority-data": BASE64.encode(it.ca_pem.as_bytes()),
    }})
}

fn context((it, _): &Administered<'_>) -> Value {
    json!({"name": it.name, "context": {"cluster": it.name, "user": it.name}})
}

fn user((it, pair): &Administered<'_>) -> Value {
    json!({"name": it.name, "user": {
        "client-certificate-data": BASE64.encode(pair.certificate.as_bytes()),
        "client-key-data": BASE64.encode(pair.key.as_bytes()),
    }})
}
