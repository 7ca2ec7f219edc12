//! What a cluster's entry in a kubeconfig tells the users that read it.

use kube::config::{Cluster, ExecConfig};
use serde_json::Value;

use super::NotTaken;

const NAME: &str = "client.authentication.k8s.io/exec";

/// The cluster's extension `client.authentication.k8s.io/exec`, so that one user entry can serve
/// every cluster of a kubeconfig.
#[derive(Default, PartialEq)]
pub(crate) struct ClusterExtension {
    pub(super) cluster: Option<String>,
    pub(super) region: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) role_arn: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
}

impl ClusterExtension {
    /// The extension, if there is one and the user gets to see it: with `provideClusterInfo: true`.
    ///
    /// # Errors
    ///
    /// [`NotTaken::Extension`] when it is no object, or a key of ours holds something else than a
    /// text, or two of its spellings hold different ones.
    pub(crate) fn shown_to(exec: &ExecConfig, cluster: &Cluster) -> Result<Option<Self>, NotTaken> {
        if !exec.provide_cluster_info {
            return Ok(None);
        }
        let mut extensions = cluster.extensions.iter().flatten();
        let extension = extensions.find(|it| it.name == NAME);
        extension.map(|it| Self::parse(&it.extension)).transpose()
    }

    /// Keys are compared without case, hyphens and underscores. Unknown ones belong to others.
    fn parse(value: &Value) -> Result<Self, NotTaken> {
        let mut extension = Self::default();
        let entries = match value {
            Value::Null => return Ok(extension),
            Value::Object(entries) => entries,
            _ => return Err(NotTaken::extension("extension", "an object")),
        };
        for (key, value) in entries {
            let Some(slot) = extension.slot(key) else {
                continue;
            };
            let Value::String(text) = value else {
                return Err(NotTaken::extension(key, "a string"));
            };
            if slot.as_ref().is_some_and(|it| it != text) {
                return Err(NotTaken::extension(key, "one value, in one spelling"));
            }
            *slot = Some(text.clone()).filter(|it| !it.is_empty());
        }
        Ok(extension)
    }

    fn slot(&mut self, key: &str) -> Option<&mut Option<String>> {
        let key: String = key.chars().filter(|c| !matches!(c, '-' | '_')).collect();
        match key.to_ascii_lowercase().as_str() {
            "cluster" | "clustername" | "clusterid" => Some(&mut self.cluster),
            "region" => Some(&mut self.region),
            "profile" => Some(&mut self.profile),
            "role" | "rolearn" => Some(&mut self.role_arn),
            "externalid" => Some(&mut self.external_id),
            "sessionname" => Some(&mut self.session_name),
            _ => None,
        }
    }
}
