//! What is applied to a cluster, in one: a real API server that checks manifests and rights.

use std::path::{Path, PathBuf};
use std::process::Command;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::{RealControlPlane, Sandbox};
use eksauth_testing::{AuthenticatorProcess, AuthenticatorSetup, Kubectl, TestHome, skip};
use serde_json::{Value, json};

use crate::patience::comes_true;
use crate::repository::{EKSAUTH, path, stdout};

const ACCOUNT: &str = "system:serviceaccount:kube-system:eksauth-server";

const MAPPINGS: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: aws-auth, namespace: kube-system}
data:
  mapUsers: |
    - userarn: arn:aws:iam::111122223333:user/developer
      username: developer
      groups: [developers]
---
apiVersion: iamauthenticator.k8s.aws/v1alpha1
kind: IAMIdentityMapping
metadata: {name: viewer}
spec:
  arn: arn:aws:iam::111122223333:role/Viewer
  username: viewer
  groups: [viewers]
"#;

/// A cluster, as whoever sets it up sees it.
struct Cluster {
    home: TestHome,
    sandbox: Sandbox,
    kubectl: &'static Kubectl,
}

impl Cluster {
    async fn start(test: &str) -> Option<Self> {
        let kubectl = Kubectl::or_skip(test)?;
        let programs = control_plane(test)?;
        let sandbox = Sandbox::builder(SystemTimeSource::new());
        let sandbox = sandbox.control_plane(RealControlPlane::new(programs));
        Some(Self {
            home: TestHome::new(),
            sandbox: sandbox.start().await.unwrap(),
            kubectl,
        })
    }

    fn kubectl(&self, arguments: &str) -> Command {
        let mut command = self.kubectl.command(&self.home);
        command
            .args(["--context", "demo", "--kubeconfig"])
            .arg(self.sandbox.admin_kubeconfig().unwrap())
            .args(arguments.split(' '))
            .current_dir(path(""));
        command
    }

    #[track_caller]
    fn told(&self, arguments: &str) -> String {
        stdout(&mut self.kubectl(arguments))
    }

    fn may(&self, what: &str) -> bool {
        let arguments = format!("auth can-i {what} --as {ACCOUNT} --quiet");
        self.kubectl(&arguments).status().unwrap().success()
    }

    /// A kubeconfig of the server's account.
    fn kubeconfig(&self) -> PathBuf {
        let demo = self.sandbox.cluster("demo").unwrap();
        let ca = self.home.write("ca.pem", demo.ca_pem());
        let token = self.told("-n kube-system create token eksauth-server");
        let kubeconfig = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {
                "server": demo.server(), "certificate-authority": ca,
            }}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": {"token": token.trim_end()}}],
        });
        self.home.write("kubeconfig", &kubeconfig.to_string())
    }

    fn variables(&self) -> Vec<(String, String)> {
        let set = self.sandbox.environment().set().iter();
        set.map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect()
    }

    /// The server, with its account's rights alone.
    fn server(&self) -> AuthenticatorProcess {
        let kubeconfig = self.kubeconfig();
        let setup = AuthenticatorSetup {
            environment: self.variables(),
            section: format!(
                "  backendMode: [EKSConfigMap, CRD]\n  crdStatus: true\n  leaderElect: true\n  kubeconfig: {}\n",
                kubeconfig.display()
            ),
            ..AuthenticatorSetup::default()
        };
        AuthenticatorProcess::start(Path::new(EKSAUTH), &setup)
    }

    /// Whom the server takes somebody for.
    fn user(&self, server: &AuthenticatorProcess, role: &str) -> Value {
        let mut command = self.home.command(EKSAUTH);
        command.envs(self.variables());
        command.args(["token", "-i", "demo", "--token-only"]);
        let token = stdout(command.args(role.split_whitespace()));
        let review = json!({"spec": {"token": token.trim_end()}}).to_string();
        let reply = server.send("POST", "/authenticate", review.as_bytes());
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        answer["status"]["user"]["username"].clone()
    }
}

/// The folder of a control plane; without one, `test` is skipped.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says where the control plane is"
)]
fn control_plane(test: &str) -> Option<std::ffi::OsString> {
    let programs = std::env::var_os("KUBEBUILDER_ASSETS").filter(|it| !it.is_empty());
    if programs.is_none() {
        skip(
            test,
            "KUBEBUILDER_ASSETS is not set; `cargo xtask control-plane` builds a control plane once",
        );
    }
    programs
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_rights_of_the_components_the_server_reads_the_cluster() {
    const TEST: &str = "with_the_rights_of_the_components_the_server_reads_the_cluster";
    let Some(cluster) = Cluster::start(TEST).await else {
        return;
    };
    cluster.told("apply --validate=strict -f deploy/base/crd.yaml");
    let established =
        "--for=condition=Established crd/iamidentitymappings.iamauthenticator.k8s.aws";
    cluster.told(&format!("wait --timeout=60s {established}"));
    cluster.told("apply --validate=strict -k deploy/example");
    let mappings = cluster.home.write("mappings.yaml", MAPPINGS);
    cluster.told(&format!("apply -f {}", mappings.display()));

    let server = cluster.server();
    assert_eq!(cluster.user(&server, ""), "developer");
    let role = "--role arn:aws:iam::111122223333:role/teams/Viewer";
    assert_eq!(cluster.user(&server, role), "viewer");
    let written = || {
        let arn = "get iamidentitymapping viewer -o jsonpath={.status.canonicalARN}";
        cluster.told(arn) == "arn:aws:iam::111122223333:role/viewer"
    };
    assert!(comes_true(written), "{}", server.log());
    let events = || !cluster.told("-n default get events -o name").is_empty();
    assert!(comes_true(events), "{}", server.log());
    assert!(!server.log().contains("forbidden"), "{}", server.log());

    for too_much in [
        "list configmaps -n kube-system",
        "update configmaps/aws-auth -n kube-system",
        "patch iamidentitymappings",
        "list secrets -n kube-system",
        "create events.events.k8s.io -n kube-system",
        "update leases -n kube-system",
        "create leases -n default",
    ] {
        assert!(!cluster.may(too_much), "{too_much}");
    }
    assert!(cluster.may("watch configmaps/aws-auth -n kube-system"));
    assert!(cluster.may("update leases/eksauth-identity-mapping-status -n kube-system"));
    cluster.sandbox.stop().await;
}
