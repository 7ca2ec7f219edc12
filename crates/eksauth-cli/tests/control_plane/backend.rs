//! Where the server has its mappings from.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::server::CONFIG;

pub(crate) const DEVELOPER: &str = "arn:aws:iam::111122223333:role/Developer";
/// Without its path, as STS names its sessions.
pub(crate) const VIEWER: &str = "arn:aws:iam::111122223333:role/Viewer";

/// Groups that may do something in the clusters of a sandbox.
pub(crate) const DEVELOPERS: &str = "sandbox:developers";
pub(crate) const VIEWERS: &str = "sandbox:viewers";

/// A role, as whom its sessions come in, and in which group.
#[derive(Clone, Copy)]
pub(crate) struct Mapping {
    pub(crate) role: &'static str,
    pub(crate) username: &'static str,
    pub(crate) group: &'static str,
}

/// One of the backends, by its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    MountedFile,
    DynamicFile,
    EksConfigMap,
    Crd,
}

impl Backend {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MountedFile => "MountedFile",
            Self::DynamicFile => "DynamicFile",
            Self::EksConfigMap => "EKSConfigMap",
            Self::Crd => "CRD",
        }
    }

    /// The configuration file of a server with this backend alone.
    pub(crate) fn config(self, cluster: &Cluster, mappings: &[Mapping]) -> String {
        let mut config = format!(
            "clusterID: demo\nserver:\n  backendMode: [{}]\n",
            self.name()
        );
        match self {
            Self::MountedFile => config.push_str(&format!("  mapRoles: {}\n", roles(mappings))),
            Self::DynamicFile => {
                let path = cluster.home().path().join(DYNAMIC_FILE);
                let _ = writeln!(config, "  dynamicfilepath: {}", path.display());
            }
            Self::EksConfigMap | Self::Crd => {}
        }
        config
    }

    /// Makes these the mappings, and those alone.
    pub(crate) fn put(self, cluster: &Cluster, mappings: &[Mapping]) {
        match self {
            Self::MountedFile => {
                let text = self.config(cluster, mappings);
                cluster.home().write(CONFIG, &text);
            }
            Self::DynamicFile => {
                let file = json!({
                    "LastUpdatedDateTime": "1700000000", "Version": "1", "mapRoles": roles(mappings),
                });
                cluster.home().write(DYNAMIC_FILE, &file.to_string());
            }
            Self::EksConfigMap => cluster.apply(&aws_auth(mappings).to_string()),
            Self::Crd => put_objects(cluster, mappings),
        }
    }

    /// Where `eksauth map` finds them. Objects of the cluster are no files.
    pub(crate) fn flags_of_map(self, cluster: &Cluster) -> Option<String> {
        let path = |it: &str| cluster.home().path().join(it).display().to_string();
        match self {
            Self::MountedFile => Some(format!("-c {}", path(CONFIG))),
            Self::DynamicFile => Some(format!("--dynamic-file {}", path(DYNAMIC_FILE))),
            Self::EksConfigMap => {
                let text = cluster.admin("get configmap aws-auth -n kube-system -o yaml");
                cluster.home().write("aws-auth.yaml", &text.succeeded());
                Some(format!("--configmap {}", path("aws-auth.yaml")))
            }
            Self::Crd => None,
        }
    }
}

const DYNAMIC_FILE: &str = "server/mappings.json";

/// JSON, which is YAML, too.
fn roles(mappings: &[Mapping]) -> Value {
    let role =
        |it: &Mapping| json!({"rolearn": it.role, "username": it.username, "groups": [it.group]});
    mappings.iter().map(role).collect()
}

fn aws_auth(mappings: &[Mapping]) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "aws-auth", "namespace": "kube-system"},
        "data": {"mapRoles": roles(mappings).to_string()},
    })
}

/// One object a role, of the role's name.
fn put_objects(cluster: &Cluster, mappings: &[Mapping]) {
    for mapping in mappings {
        cluster.apply(&object(&name_of(mapping.role), mapping).to_string());
    }
    for role in [DEVELOPER, VIEWER] {
        if mappings.iter().all(|it| it.role != role) {
            let name = name_of(role);
            cluster
                .admin(&format!(
                    "delete iamidentitymapping {name} --ignore-not-found"
                ))
                .succeeded();
        }
    }
}

fn name_of(role: &str) -> String {
    let name = role.rsplit('/').next().unwrap_or(role);
    name.to_lowercase()
}

pub(crate) fn object(name: &str, mapping: &Mapping) -> Value {
    json!({
        "apiVersion": "iamauthenticator.k8s.aws/v1alpha1",
        "kind": "IAMIdentityMapping",
        "metadata": {"name": name},
        "spec": {
            "arn": mapping.role, "username": mapping.username, "groups": [mapping.group],
        },
    })
}
