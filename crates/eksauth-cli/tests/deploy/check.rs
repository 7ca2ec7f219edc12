//! `eksauth server --check`, for files that are meant for other machines.

use std::path::PathBuf;

use eksauth_testing::TestHome;
use serde_json::Value;

use crate::repository::EKSAUTH;

/// The file in which manifests expect the configuration.
const CONFIGURATION: &str = "/etc/aws-iam-authenticator/config.yaml";

/// Of a service account, for the backends that ask an API server.
const KUBECONFIG: &str = "
apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:6443'}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {}}]
";

/// The folders and files that a configuration expects.
pub(crate) struct Host(TestHome);

impl Host {
    pub(crate) fn new() -> Self {
        let home = TestHome::new();
        home.write("kubeconfig", KUBECONFIG);
        home.write("ca.crt", "");
        Self(home)
    }

    /// A file of it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What `--check` says about a configuration, with the arguments of a container: `server` comes
    /// first.
    #[track_caller]
    pub(crate) fn check(&self, configuration: &str, arguments: &[&str]) -> Value {
        let file = self.0.write("config.yaml", configuration);
        let file = file.to_str().unwrap();
        let arguments = arguments.iter().map(|it| it.replace(CONFIGURATION, file));
        let home = self.0.path();
        let mut command = self.0.command(EKSAUTH);
        command.args(arguments).args(["--check", "-o", "json"]);
        command.arg("--state-dir").arg(home);
        command
            .arg("--generate-kubeconfig")
            .arg(home.join("webhook.yaml"));
        command.arg("--kubeconfig").arg(home.join("kubeconfig"));
        let output = command.output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The server would start, and nothing is odd but what is expected to be.
#[track_caller]
pub(crate) fn assert_good(report: &Value, odd: &[&str]) {
    assert_eq!(report["valid"], true, "{report:#}");
    let warnings = report["warnings"].as_array().unwrap();
    let unexpected: Vec<_> = warnings
        .iter()
        .filter_map(Value::as_str)
        .filter(|it| !odd.iter().any(|odd| it.contains(odd)))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

/// The arguments with which the configuration of manifests is read.
pub(crate) const PLAIN: [&str; 3] = ["server", "--config", CONFIGURATION];
