//! What `kubectl` tells the plugin in `KUBERNETES_EXEC_INFO`.

use eksauth::{ClusterExtension, Context};
use serde_json::Value;

use crate::api_version::ApiVersion;
use crate::failed::Failed;
use crate::output;

const VARIABLE: &str = "KUBERNETES_EXEC_INFO";

/// The API version that is wanted, and what the kubeconfig says of the cluster.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ExecInfo {
    pub(crate) api_version: ApiVersion,
    /// The URL of the API server. Only with `provideClusterInfo: true`.
    pub(crate) server: Option<String>,
    pub(crate) extension: ClusterExtension,
}

impl ExecInfo {
    /// Reads the variable. What cannot be understood as a version is answered in the version of the
    /// incumbents, with a note.
    pub(crate) fn of(context: &Context) -> Result<Self, Failed> {
        let Some(text) = context.var(VARIABLE) else {
            return Ok(Self::default());
        };
        let Ok(info) = serde_json::from_str::<Value>(&text) else {
            note("expected JSON, but found something else");
            return Ok(Self::default());
        };
        let cluster = &info["spec"]["cluster"];
        Ok(Self {
            api_version: api_version(&info["apiVersion"]),
            server: cluster["server"].as_str().map(str::to_owned),
            extension: ClusterExtension::parse(&cluster["config"])?,
        })
    }
}

fn api_version(wanted: &Value) -> ApiVersion {
    if let Some(version) = wanted.as_str().and_then(ApiVersion::parse) {
        return version;
    }
    note(
        "expected the `apiVersion` client.authentication.k8s.io/v1, v1beta1 or v1alpha1, but found another one or none",
    );
    ApiVersion::default()
}

fn note(problem: &str) {
    let version = ApiVersion::default().as_str();
    output::note(format_args!(
        "note: {VARIABLE}: {problem}. Answering in {version}"
    ));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<ExecInfo, Failed> {
        let variables = [(VARIABLE.to_owned(), text.to_owned())];
        ExecInfo::of(&Context::new(
            variables,
            aws_smithy_async::time::SystemTimeSource::new(),
        ))
    }

    fn with_config(config: Value) -> Result<ExecInfo, Failed> {
        let server = "https://0AB.gr7.eu-west-1.eks.amazonaws.com";
        let cluster = json!({ "server": server, "config": config });
        read(
            &json!({ "apiVersion": ApiVersion::V1.as_str(), "spec": { "cluster": cluster } })
                .to_string(),
        )
    }

    #[test]
    fn every_version_is_answered_as_asked() {
        for version in [ApiVersion::V1, ApiVersion::V1Beta1, ApiVersion::V1Alpha1] {
            let info = read(&json!({ "apiVersion": version.as_str() }).to_string()).unwrap();
            assert_eq!(info.api_version, version);
        }
    }

    #[test]
    fn what_is_no_version_is_answered_as_the_incumbents_do() {
        for text in [
            "",
            "{",
            "[]",
            "3",
            "{}",
            r#"{"apiVersion":"v2"}"#,
            r#"{"apiVersion":1}"#,
        ] {
            assert_eq!(read(text).unwrap(), ExecInfo::default(), "{text}");
        }
    }

    #[test]
    fn a_cluster_extension_does_not_change_the_version() {
        let info = with_config(json!({ "anything": { "of": ["others"] } })).unwrap();
        assert_eq!(info.api_version, ApiVersion::V1);
        assert_eq!(info.extension, ClusterExtension::default());
        assert!(info.server.is_some());
    }

    #[test]
    fn the_extension_is_read() {
        let info = with_config(json!({ "clusterName": "prod" })).unwrap();
        assert_eq!(info.extension.cluster.as_deref(), Some("prod"));
        let error = with_config(json!({ "region": 1 })).unwrap_err();
        assert!(error.to_string().contains("`region`"), "{error}");
    }
}
