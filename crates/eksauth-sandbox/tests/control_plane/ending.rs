//! What is left of a control plane: nothing.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::{RealControlPlane, Sandbox};
use eksauth_testing::TestHome;

use crate::scene::{Scene, processes_in, programs_or_skip};

/// Longer than a busy machine takes: who waits for as long has found a mistake.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_is_dropped_leaves_neither_processes_nor_files() {
    const TEST: &str = "a_sandbox_that_is_dropped_leaves_neither_processes_nor_files";
    let Some(scene) = Scene::or_skip(TEST, |it| it).await else {
        return;
    };
    let folder = scene.sandbox.folder().to_owned();
    assert!(processes_in(&folder).len() >= 2, "etcd and kube-apiserver");
    drop(scene.sandbox);
    assert!(!folder.exists());
    until_gone(&folder).await;
}

/// Its users would only see that nothing answers any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_ends_later_on_is_told_in_the_log() {
    const TEST: &str = "a_program_that_ends_later_on_is_told_in_the_log";
    let Some(scene) = Scene::or_skip(TEST, |it| it).await else {
        return;
    };
    for process in processes_in(scene.sandbox.folder()) {
        let mut command = Command::new("kill");
        // Some of them end before it is their turn, since they belong together.
        let _ = command.args(["-KILL", &process]).output();
    }
    let is_told = |name: &str| {
        scene
            .log()
            .contains(&format!("expected `{name}` to stay up"))
    };
    let told = async {
        while !is_told("etcd") || !is_told("kube-apiserver") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, told).await;
    waited.unwrap_or_else(|_| panic!("{}", scene.log()));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_sandbox_takes_its_processes_along_and_the_next_one_tidies_up() {
    const TEST: &str = "a_killed_sandbox_takes_its_processes_along_and_the_next_one_tidies_up";
    let Some(scene) = Scene::or_skip(TEST, |it| it).await else {
        return;
    };
    let mut other = OtherProcess::start();
    let folder = other.sandbox();
    assert!(processes_in(&folder).len() >= 2, "etcd and kube-apiserver");
    other.kill();
    until_gone(&folder).await;

    // One that does not come up has tidied up before it tried.
    let programs = TestHome::new();
    programs.write("etcd", "no program");
    programs.write("kube-apiserver", "no program");
    let control_plane = RealControlPlane::new(programs.path());
    let builder = Sandbox::builder(SystemTimeSource::new()).control_plane(control_plane);
    builder.start().await.unwrap_err();
    assert!(!folder.exists());
    let in_use = scene.sandbox.folder().join("kubeconfig");
    assert!(in_use.exists(), "a sandbox that is up is left alone");
    scene.end().await;
}

/// Before its last line, a sandbox is up, and after it for ever.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "another test runs it in a process of its own, and kills that"]
async fn a_sandbox_waits_to_be_killed() {
    let Some(programs) = programs_or_skip("a_sandbox_waits_to_be_killed") else {
        return;
    };
    let control_plane = RealControlPlane::new(programs);
    let builder = Sandbox::builder(SystemTimeSource::new()).control_plane(control_plane);
    let sandbox = builder.start().await.unwrap();
    println!("{ANNOUNCEMENT}{}", sandbox.folder().display());
    std::future::pending::<()>().await;
}

const ANNOUNCEMENT: &str = "the sandbox is in ";

/// This test binary once more.
struct OtherProcess(Child);

impl OtherProcess {
    fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--nocapture", "--exact"]);
        command.arg("ending::a_sandbox_waits_to_be_killed");
        Self(command.stdout(Stdio::piped()).spawn().unwrap())
    }

    /// The folder of the sandbox in it, once that is up.
    fn sandbox(&mut self) -> PathBuf {
        let mut lines = BufReader::new(self.0.stdout.as_mut().unwrap()).lines();
        let folder = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, folder) = line.split_once(ANNOUNCEMENT)?;
            Some(PathBuf::from(folder))
        });
        folder.expect("the sandbox comes up")
    }

    /// As nobody can prevent: with SIGKILL.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for OtherProcess {
    fn drop(&mut self) {
        // It may be gone.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The processes of a killed one take a moment to go.
async fn until_gone(folder: &Path) {
    let gone = async {
        while !processes_in(folder).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, gone).await;
    waited.unwrap_or_else(|_| panic!("{:?} should have ended", processes_in(folder)));
}
