//! A sandbox with a real control plane, in front of it somebody with kubectl.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use eksauth_sandbox::{RealControlPlane, RunningCluster, Sandbox};
use eksauth_testing::{CapturedLogs, Kubectl, SecretScan, TestHome, skip};
use eksauth_token::{ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint};
use serde_json::Value;
use tokio::sync::MutexGuard;

pub(crate) const ADMIN: &str = "arn:aws:iam::111122223333:role/Admin";
pub(crate) const DEVELOPER: &str = "arn:aws:iam::111122223333:role/Developer";
pub(crate) const VIEWER: &str = "arn:aws:iam::111122223333:role/teams/Viewer";
pub(crate) const UNMAPPED: &str = "arn:aws:iam::111122223333:role/Unmapped";

/// A control plane keeps a machine busy, so the tests take turns.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    kubectl: &'static Kubectl,
    home: TestHome,
    secrets: Mutex<SecretScan>,
    logs: CapturedLogs,
    _turn: MutexGuard<'static, ()>,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) succeeded: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Scene {
    /// Without the programs, or without kubectl, `test` is skipped.
    pub(crate) async fn or_skip(
        test: &str,
        configure: impl FnOnce(RealControlPlane) -> RealControlPlane,
    ) -> Option<Self> {
        let (programs, kubectl) = (programs_or_skip(test)?, Kubectl::or_skip(test)?);
        let turn = TURN.lock().await;
        let logs = CapturedLogs::install_global();
        let control_plane = configure(RealControlPlane::new(programs));
        let builder = Sandbox::builder(SystemTimeSource::new()).control_plane(control_plane);
        Some(Self {
            sandbox: builder.start().await.unwrap(),
            kubectl,
            home: TestHome::new(),
            secrets: Mutex::default(),
            logs,
            _turn: turn,
        })
    }

    /// A token of a session of a role.
    pub(crate) fn token(&self, role_arn: &str) -> String {
        let token = sign(&self.sandbox, role_arn);
        let mut scan = self.secrets.lock().unwrap();
        *scan = std::mem::take(&mut *scan).token(&token);
        token
    }

    pub(crate) fn kubectl(&self, token: &str, arguments: &str) -> Ran {
        self.kubectl_at(self.sandbox.cluster("demo").unwrap(), token, arguments)
    }

    pub(crate) fn kubectl_at(&self, cluster: &RunningCluster, token: &str, arguments: &str) -> Ran {
        let ca = self.home.write("ca.pem", cluster.ca_pem());
        let kubeconfig = serde_json::json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{ "name": "it", "cluster": {
                "server": cluster.server(), "certificate-authority": ca,
            } }],
            "users": [{ "name": "it", "user": { "token": token } }],
            "contexts": [{ "name": "it", "context": { "cluster": "it", "user": "it" } }],
            "current-context": "it",
        });
        self.home.write_kubeconfig(&kubeconfig.to_string());
        let mut command = self.kubectl.command(&self.home);
        command.arg("--request-timeout=60s");
        let output = command.args(arguments.split_whitespace()).output().unwrap();
        let ran = Ran {
            succeeded: output.status.success(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!ran.stdout.contains(token) && !ran.stderr.contains(token));
        ran
    }

    /// What the sandbox has logged so far.
    #[cfg(target_os = "linux")]
    pub(crate) fn log(&self) -> String {
        self.logs.text()
    }

    /// Nothing secret may be in any log: not in ours, not in those of the programs.
    pub(crate) async fn end(self) {
        let scan = self.secrets.into_inner().unwrap();
        for home in control_planes(&self.sandbox) {
            for log in ["etcd.log", "kube-apiserver.log"] {
                scan.assert_clean(log, std::fs::read_to_string(home.join(log)).unwrap());
            }
        }
        self.sandbox.stop().await;
        let text = self.logs.text();
        assert!(
            text.contains("kube-apiserver is up"),
            "the log was captured"
        );
        scan.assert_clean("the log", text);
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert!(self.succeeded, "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// A token for the cluster `demo`, of a session of a role.
pub(crate) fn sign(sandbox: &Sandbox, role_arn: &str) -> String {
    let session = sandbox.session(role_arn, "session").unwrap();
    let credentials = SigningCredentials::new(session.access_key_id(), session.secret_access_key())
        .with_session_token(session.session_token());
    let region = Region::new(sandbox.region()).unwrap();
    let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
    let signer = Signer::new(credentials, endpoint).unwrap();
    let now = SystemTimeSource::new().now().try_into().unwrap();
    let token = signer.sign(&ClusterId::new("demo").unwrap(), now).unwrap();
    token.expose().to_owned()
}

/// The folders of its control planes.
pub(crate) fn control_planes(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(sandbox.folder()).unwrap();
    let paths = entries.map(|it| it.unwrap().path());
    let is_home = |it: &PathBuf| {
        it.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("control-plane-")
    };
    paths.filter(is_home).collect()
}

/// The folder with etcd and kube-apiserver.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where their tools are by the environment"
)]
pub(crate) fn programs_or_skip(test: &str) -> Option<PathBuf> {
    let programs = std::env::var_os("KUBEBUILDER_ASSETS").filter(|it| !it.is_empty());
    if programs.is_none() {
        skip(
            test,
            "KUBEBUILDER_ASSETS is not set; `cargo xtask control-plane` builds a control plane once",
        );
    }
    programs.map(PathBuf::from)
}

/// The processes that work in a folder, by their numbers.
#[cfg(target_os = "linux")]
pub(crate) fn processes_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let works_there = |it: &std::fs::DirEntry| {
        std::fs::read_link(it.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
    };
    let found = entries.filter(works_there);
    found
        .map(|it| it.file_name().into_string().unwrap())
        .collect()
}
