//! A real `eksauth server`, which kube-apiserver asks.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use eksauth_testing::TestHome;
use serde_json::Value;

use crate::cluster::Cluster;
use crate::programs::EKSAUTH;
use crate::ran::{Ran, assert_tells_no_secret};
use crate::waiting::eventually;

/// The kubeconfig by which kube-apiserver finds the server, below the home.
pub(crate) const WEBHOOK_KUBECONFIG: &str = "server/webhook.yaml";

pub(crate) const CONFIG: &str = "server/config.yaml";
const AUDIT_LOG: &str = "server/audit.jsonl";
const LOG: &str = "server/log";

/// It is killed when dropped; nothing secret may be in its logs then.
pub(crate) struct Server<'c> {
    cluster: &'c Cluster,
    flags: Vec<String>,
    process: Child,
}

impl<'c> Server<'c> {
    /// Starts it with a configuration file and flags. It need not listen yet.
    pub(crate) fn start(cluster: &'c Cluster, config: &str, flags: &str) -> Self {
        cluster.home().write(CONFIG, config);
        for log in [AUDIT_LOG, LOG] {
            // Those of the test before.
            let _ = std::fs::remove_file(cluster.home().path().join(log));
        }
        let flags: Vec<String> = flags.split_whitespace().map(str::to_owned).collect();
        let process = spawn(cluster, &flags);
        Self {
            cluster,
            flags,
            process,
        }
    }

    /// As nothing can prevent.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it anew, after it was killed.
    pub(crate) fn start_again(&mut self) {
        self.process = spawn(self.cluster, &self.flags);
    }

    /// Its decisions so far.
    pub(crate) fn decisions(&self) -> Vec<Value> {
        let text = self.read(AUDIT_LOG);
        // The last line may not be whole yet.
        let whole = text.rsplit_once('\n').map(|(whole, _)| whole);
        let lines = whole.into_iter().flat_map(str::lines);
        lines.map(|it| serde_json::from_str(it).unwrap()).collect()
    }

    /// The last decision of which this is true. It is written a moment after it was answered.
    pub(crate) fn decision(&self, is_meant: impl Fn(&Value) -> bool) -> Value {
        let find = || self.decisions().into_iter().rfind(|it| is_meant(it));
        let found = eventually("the decision is audited", find, Option::is_some);
        found.unwrap()
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.cluster.home().path().join(path)
    }
}

impl Drop for Server<'_> {
    #[expect(clippy::print_stderr, reason = "a test that fails says why")]
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let log = self.read(LOG);
        if std::thread::panicking() {
            eprintln!("the server said:\n{log}");
            return;
        }
        let secret_key = self.cluster.variable("AWS_SECRET_ACCESS_KEY");
        for (name, text) in [("the log", &log), ("the audit log", &self.read(AUDIT_LOG))] {
            assert_tells_no_secret(name, text);
            assert!(!text.contains(secret_key), "{name} holds the secret key");
        }
    }
}

fn spawn(cluster: &Cluster, flags: &[String]) -> Child {
    let home = cluster.home();
    let open = |name: &str| {
        let mut options = File::options();
        options.create(true).append(true);
        options.open(home.path().join(name)).unwrap()
    };
    let mut command = cluster.command(EKSAUTH);
    command.args(["server", "--health-port", "0", "-c"]);
    command.arg(home.path().join(CONFIG));
    add_place(&mut command, home, cluster.port());
    command
        .arg("--audit-log")
        .arg(home.path().join(AUDIT_LOG))
        .arg("--kubeconfig")
        .arg(home.path().join("server/kubeconfig"))
        .args(flags)
        .args(["-v", "trace"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(open(LOG))
        .spawn()
        .unwrap()
}

/// Where it is: `init` makes what is there, `server` uses it.
fn add_place(command: &mut Command, home: &TestHome, port: u16) {
    command
        .args(["-i", "demo", "--port", &port.to_string(), "--state-dir"])
        .arg(home.path().join("server"))
        .arg("--generate-kubeconfig")
        .arg(home.path().join(WEBHOOK_KUBECONFIG));
}

/// Makes what kube-apiserver reads at its start. The server itself may need kube-apiserver.
pub(crate) fn prepare(home: &TestHome, port: u16) {
    std::fs::create_dir(home.path().join("server")).unwrap();
    let mut command = home.command(EKSAUTH);
    command.arg("init");
    add_place(&mut command, home, port);
    Ran::of(command.output().unwrap()).succeeded();
}
