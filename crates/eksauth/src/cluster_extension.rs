//! What a cluster's entry in a kubeconfig says to those who get tokens for it.

use std::fmt;

use serde_json::Value;

/// The cluster's extension `client.authentication.k8s.io/exec` in a kubeconfig, so that one user entry
/// can serve every cluster. With `provideClusterInfo: true`, `kubectl` hands it to the command that the
/// user runs.
///
/// Specification: <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats>;
/// what stands in it is up to the command.
///
/// # Examples
///
/// ```
/// use eksauth::ClusterExtension;
/// use serde_json::json;
///
/// let extension = ClusterExtension::parse(&json!({ "clusterName": "prod", "role-arn": "" }))?;
/// assert_eq!(extension.cluster.as_deref(), Some("prod"));
/// assert_eq!(extension.role_arn, None);
/// # Ok::<(), eksauth::InvalidClusterExtension>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterExtension {
    /// `clusterName`, `clusterId` or `cluster`: what tokens are bound to.
    pub cluster: Option<String>,
    /// `region`.
    pub region: Option<String>,
    /// `profile`.
    pub profile: Option<String>,
    /// `roleArn` or `role`: the role to assume before signing.
    pub role_arn: Option<String>,
    /// `externalId`.
    pub external_id: Option<String>,
    /// `sessionName`.
    pub session_name: Option<String>,
}

impl ClusterExtension {
    /// The extension's name.
    pub const NAME: &str = "client.authentication.k8s.io/exec";

    /// Reads an extension. Keys are compared without case, hyphens and underscores; those that are not
    /// known belong to others. An empty text is as good as none.
    ///
    /// # Errors
    ///
    /// When it is no object, when a key of ours holds something else than a text, or when two of its
    /// spellings hold different ones.
    pub fn parse(value: &Value) -> Result<Self, InvalidClusterExtension> {
        let mut extension = Self::default();
        let entries = match value {
            Value::Null => return Ok(extension),
            Value::Object(entries) => entries,
            _ => return Err(InvalidClusterExtension::new("extension", "an object")),
        };
        for (key, value) in entries {
            let Some(slot) = extension.slot(key) else {
                continue;
            };
            let Value::String(text) = value else {
                return Err(InvalidClusterExtension::new(key, "a string"));
            };
            if text.is_empty() {
                continue;
            }
            if slot.as_ref().is_some_and(|it| it != text) {
                return Err(InvalidClusterExtension::new(
                    key,
                    "one value, in one spelling",
                ));
            }
            *slot = Some(text.clone());
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

impl fmt::Debug for ClusterExtension {
    /// Leaves the external id out, which is often kept like a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterExtension")
            .field("cluster", &self.cluster)
            .field("region", &self.region)
            .field("profile", &self.profile)
            .field("role_arn", &self.role_arn)
            .field("session_name", &self.session_name)
            .finish_non_exhaustive()
    }
}

/// An extension of another form. What stands in it is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected {expected} as `{key}` in the extension `client.authentication.k8s.io/exec` of the \
     cluster in the kubeconfig, but found something else"
)]
pub struct InvalidClusterExtension {
    key: String,
    expected: &'static str,
}

impl InvalidClusterExtension {
    fn new(key: &str, expected: &'static str) -> Self {
        const LONGEST: usize = 64;
        Self {
            key: key.escape_default().take(LONGEST).collect(),
            expected,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_read_in_any_spelling() {
        for value in [
            json!({ "clusterName": "prod", "roleArn": "r", "region": "eu-west-1" }),
            json!({ "cluster-id": "prod", "role": "r", "Region": "eu-west-1", "profile": "" }),
            json!({ "CLUSTER_ID": "prod", "role_arn": "r", "region": "eu-west-1", "x": null }),
            json!({ "cluster": "", "clusterName": "prod", "role": "r", "region": "eu-west-1" }),
            json!({ "cluster": "prod", "clusterName": "", "role": "r", "region": "eu-west-1" }),
        ] {
            let extension = ClusterExtension::parse(&value).unwrap();
            assert_eq!(extension.cluster.as_deref(), Some("prod"));
            assert_eq!(extension.role_arn.as_deref(), Some("r"));
            assert_eq!(extension.region.as_deref(), Some("eu-west-1"));
            assert_eq!(extension.profile, None);
        }
    }

    #[test]
    fn what_others_write_there_is_passed_over() {
        let others = json!({ "anything": { "of": ["others"] }, "region2": 1 });
        for value in [others, json!({}), Value::Null] {
            let extension = ClusterExtension::parse(&value).unwrap();
            assert_eq!(extension, ClusterExtension::default());
        }
    }

    #[test]
    fn a_wrong_type_or_a_contradiction_is_an_error_by_name() {
        for (value, name) in [
            (json!({ "region": 1 }), "`region`"),
            (json!({ "roleArn": null }), "`roleArn`"),
            (json!("prod"), "`extension`"),
            (
                json!({ "cluster": "a", "clusterName": "b" }),
                "`clusterName`",
            ),
        ] {
            let message = ClusterExtension::parse(&value).unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn debug_leaves_the_external_id_out() {
        let value = json!({ "externalId": "kept-like-a-password" });
        let extension = ClusterExtension::parse(&value).unwrap();
        assert_eq!(
            extension.external_id.as_deref(),
            Some("kept-like-a-password")
        );
        assert!(!format!("{extension:?}").contains("password"));
    }
}
