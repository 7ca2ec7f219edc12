//! A sandbox with a control plane that asks a webhook of ours.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use eksauth_testing::{Kubectl, TestHome, free_port};
use serde_json::json;

use crate::programs::{EKSAUTH, control_plane_or_skip};
use crate::ran::Ran;
use crate::server;

/// Starting one takes seconds, so the tests share it. They take turns.
static SHARED: Mutex<Option<Cluster>> = Mutex::new(None);

/// The cluster `demo` of the sandbox, with what `deploy` says that the server needs.
pub(crate) struct Cluster {
    home: TestHome,
    kubectl: &'static Kubectl,
    /// Where the webhook has to listen.
    port: u16,
    environment: Vec<(String, String)>,
    /// How many tests have had it. Each finds no sessions of roles that another has kept: two tokens that
    /// are signed with one in the same second are the same, and an API server remembers for ten seconds
    /// whom it has let in.
    turns: AtomicUsize,
    /// It ends when nobody holds its stdin any more, however this process ends.
    _sandbox: Child,
}

/// The shared cluster, for as long as this is held.
pub(crate) struct Turn(MutexGuard<'static, Option<Cluster>>);

impl Turn {
    /// Without a control plane or kubectl, `test` is skipped.
    pub(crate) fn or_skip(test: &str) -> Option<Self> {
        let (programs, kubectl) = (control_plane_or_skip(test)?, Kubectl::or_skip(test)?);
        // A test that has failed is no reason for the next one to fail.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let cluster = shared.get_or_insert_with(|| Cluster::start(&programs, kubectl, &[]));
        cluster.turns.fetch_add(1, Ordering::Relaxed);
        Some(Self(shared))
    }
}

impl std::ops::Deref for Turn {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        self.0.as_ref().expect("it was started")
    }
}

impl Cluster {
    pub(crate) fn start(programs: &Path, kubectl: &'static Kubectl, flags: &[&str]) -> Self {
        let home = TestHome::new();
        let port = free_port();
        server::prepare(&home, port);
        let (sandbox, environment) = sandbox(&home, programs, flags);
        let cluster = Self {
            home,
            kubectl,
            port,
            environment,
            turns: AtomicUsize::new(0),
            _sandbox: sandbox,
        };
        cluster.deploy();
        cluster
    }

    pub(crate) fn home(&self) -> &TestHome {
        &self.home
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        let mut all = self.environment.iter();
        let found = all.find(|(it, _)| it == name);
        &found.unwrap_or_else(|| panic!("{name} is set inside")).1
    }

    /// A command inside the sandbox.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = self.home.command(program.as_ref());
        command.envs(self.environment.iter().cloned());
        let cache = format!("cache/{}", self.turns.load(Ordering::Relaxed));
        command.env("EKSAUTH_CACHE_DIR", self.home.path().join(cache));
        command
    }

    /// kubectl in a context of the sandbox, whose token is at most a second old.
    pub(crate) fn kubectl(&self, context: &str, arguments: &str) -> Ran {
        self.run_kubectl(&["--context", context], arguments)
    }

    /// kubectl with this token, and no other.
    pub(crate) fn kubectl_with(&self, token: &str, arguments: &str) -> Ran {
        self.run_kubectl(&["--token", token], arguments)
    }

    /// kubectl as somebody whom no webhook is asked about.
    pub(crate) fn admin(&self, arguments: &str) -> Ran {
        self.run_kubectl(&["--kubeconfig", self.admin_kubeconfig()], arguments)
    }

    pub(crate) fn admin_kubeconfig(&self) -> &str {
        self.variable("EKSAUTH_SANDBOX_ADMIN_KUBECONFIG")
    }

    /// Makes objects, or changes them.
    #[track_caller]
    pub(crate) fn apply(&self, text: &str) {
        let mut child = self
            .command(self.kubectl.path())
            .args(["--kubeconfig", self.admin_kubeconfig(), "apply", "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
        drop(stdin);
        Ran::of(child.wait_with_output().unwrap()).succeeded();
    }

    pub(crate) fn eksauth(&self, arguments: &str) -> Ran {
        let mut command = self.command(EKSAUTH);
        Ran::of(command.args(arguments.split_whitespace()).output().unwrap())
    }

    /// A token of a session of a role, which stays good for 15 minutes.
    pub(crate) fn token(&self, role: &str, session: &str) -> String {
        let arguments = format!("token -i demo --role {role} -s {session} --token-only");
        self.eksauth(&arguments).succeeded().trim().to_owned()
    }

    fn run_kubectl(&self, flags: &[&str], arguments: &str) -> Ran {
        let mut command = self.command(self.kubectl.path());
        command.args(flags).arg("--request-timeout=60s");
        Ran::of(command.args(arguments.split_whitespace()).output().unwrap())
    }

    /// What a cluster has where `eksauth server` runs in it: its kind of objects, its service account,
    /// and no right but those that `deploy` gives it.
    fn deploy(&self) {
        for file in [
            "base/crd.yaml",
            "base/service-account.yaml",
            "components/eks-config-map/rbac.yaml",
            "components/crd/rbac.yaml",
            "components/crd-status/rbac.yaml",
        ] {
            let path = deploy_folder().join(file);
            let namespace = match file.contains("service-account") {
                true => "-n kube-system",
                false => "",
            };
            self.admin(&format!("apply {namespace} -f {}", path.display()))
                .succeeded();
        }
        let token = self.admin("create token eksauth-server -n kube-system --duration 1h");
        let kubeconfig = self.kubeconfig_of(token.succeeded().trim());
        self.home.write("server/kubeconfig", &kubeconfig);
    }

    /// The kubeconfig of the server, with the token of its service account.
    fn kubeconfig_of(&self, token: &str) -> String {
        let admin = std::fs::read_to_string(self.admin_kubeconfig()).unwrap();
        let mut kubeconfig: serde_json::Value = serde_json::from_str(&admin).unwrap();
        kubeconfig["users"][0]["user"] = json!({ "token": token });
        kubeconfig.to_string()
    }
}

fn deploy_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

/// A sandbox that is up, and what a command inside finds in its environment.
fn sandbox(home: &TestHome, programs: &Path, flags: &[&str]) -> (Child, Vec<(String, String)>) {
    // The shared one outlives the tests by this moment, so nobody else removes its home.
    const SCRIPT: &str = "env > inside; echo up; cat; cd /; rm -rf \"$HOME\"";
    let told = std::fs::File::create(home.path().join("sandbox.log")).unwrap();
    let mut sandbox = home
        .command(EKSAUTH)
        .args(["sandbox", "--control-plane"])
        .arg(programs)
        .arg("--authentication-webhook")
        .arg(home.path().join(server::WEBHOOK_KUBECONFIG))
        .args(flags)
        .args(["--", "/bin/sh", "-euc", SCRIPT])
        .current_dir(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(told)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(sandbox.stdout.as_mut().unwrap());
    stdout.read_line(&mut line).unwrap();
    let told = std::fs::read_to_string(home.path().join("sandbox.log")).unwrap();
    assert_eq!(line, "up\n", "{told}");
    let environment = std::fs::read_to_string(home.path().join("inside")).unwrap();
    let pairs = environment.lines().filter_map(|it| it.split_once('='));
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (sandbox, pairs.collect())
}
