//! `eksauth sandbox` with a control plane, and what is left of it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use eksauth_testing::{Kubectl, TestHome};
use serde_json::Value;

use crate::programs::{EKSAUTH, control_plane_or_skip};
use crate::ran::{Ran, assert_says};
#[cfg(target_os = "linux")]
use crate::waiting::{eventually, processes_in};

#[test]
fn commands_inside_meet_a_kube_apiserver_that_asks_the_sandboxs_own_webhook() {
    const TEST: &str = "commands_inside_meet_a_kube_apiserver_that_asks_the_sandboxs_own_webhook";
    const SCRIPT: &str = r#"
kubectl auth whoami --context Developer
eksauth whoami --context Viewer
kubectl get pods --context Viewer 2>&1 || true
kubectl get pods --context Unmapped 2>&1 || true
kubectl --kubeconfig "$EKSAUTH_SANDBOX_ADMIN_KUBECONFIG" get pods -A
eksauth sandbox state
"#;
    let (Some(programs), Some(_)) = (control_plane_or_skip(TEST), Kubectl::or_skip(TEST)) else {
        return;
    };
    let home = TestHome::new();
    let mut command = home.command(EKSAUTH);
    command
        .env("KUBEBUILDER_ASSETS", programs)
        .args(["sandbox", "--", "/bin/sh", "-euc", SCRIPT]);
    let ran = Ran::of(command.output().unwrap());
    let progress = ["demo: starting etcd", "demo: kube-apiserver is up"];
    assert_says(&ran.stderr, &progress);
    assert_says(
        &ran.succeeded(),
        &[
            "developer:",
            "sandbox:developers",
            "viewer:",
            "(Forbidden): pods is forbidden: User \"viewer:",
            "You must be logged in to the server",
            "coredns",
            // Each of them asked once at least.
            "counters.refused: ",
        ],
    );
}

#[test]
fn it_stays_up_until_it_is_told_to_end_and_leaves_nothing() {
    const TEST: &str = "it_stays_up_until_it_is_told_to_end_and_leaves_nothing";
    let Some(programs) = control_plane_or_skip(TEST) else {
        return;
    };
    let home = TestHome::new();
    for signal in ["-INT", "-TERM"] {
        let mut staying = Staying::start(&programs, &home);
        let folder = staying.folder();
        assert!(folder.join("admin-kubeconfig").is_file());
        staying.signal(signal);
        assert_eq!(staying.0.wait().unwrap().code(), Some(0));
        assert!(!folder.exists(), "{signal}");
        #[cfg(target_os = "linux")]
        assert_eq!(processes_in(&folder), Vec::<String>::new(), "{signal}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_is_killed_takes_its_processes_along_and_the_next_one_tidies_up() {
    const TEST: &str = "one_that_is_killed_takes_its_processes_along_and_the_next_one_tidies_up";
    let Some(programs) = control_plane_or_skip(TEST) else {
        return;
    };
    let home = TestHome::new();
    let mut staying = Staying::start(&programs, &home);
    let folder = staying.folder();
    assert!(processes_in(&folder).len() >= 2, "etcd and kube-apiserver");
    staying.0.kill().unwrap();
    staying.0.wait().unwrap();
    let left = || processes_in(&folder);
    eventually("its processes end", left, Vec::is_empty);
    assert!(folder.exists(), "nobody could tidy up");

    let mut next = Staying::start(&programs, &home);
    assert!(!folder.exists());
    next.signal("-INT");
    assert_eq!(next.0.wait().unwrap().code(), Some(0));
}

/// A sandbox that stays up; it is killed when dropped.
struct Staying(Child, Value);

impl Staying {
    /// Its folder is in the home, where no sandbox of another test tidies up.
    fn start(programs: &Path, home: &TestHome) -> Self {
        let mut command = home.command(EKSAUTH);
        let mut child = command
            .env("TMPDIR", home.path())
            .args(["sandbox", "-o", "json", "--control-plane"])
            .arg(programs)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut exports = String::new();
        let mut stdout = BufReader::new(child.stdout.as_mut().unwrap());
        stdout.read_line(&mut exports).unwrap();
        let exports = serde_json::from_str(&exports).unwrap();
        Self(child, exports)
    }

    /// The folder of the sandbox.
    fn folder(&self) -> PathBuf {
        let path = self.1["set"]["EKSAUTH_SANDBOX_ADMIN_KUBECONFIG"].as_str();
        Path::new(path.unwrap()).parent().unwrap().to_owned()
    }

    fn signal(&self, signal: &str) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Staying {
    fn drop(&mut self) {
        // It has ended, unless the test has failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
