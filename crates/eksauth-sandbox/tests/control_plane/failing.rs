//! Control planes that do not come up. No real programs are needed for that.

use std::path::Path;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::{ControlPlaneError, RealControlPlane, Sandbox, SandboxError};
use eksauth_testing::TestHome;

#[tokio::test]
async fn a_missing_program_is_named_with_its_folder_and_what_builds_it() {
    let home = TestHome::new();
    home.write("etcd", "");
    let error = start(home.path()).await;
    let SandboxError::ControlPlane(error @ ControlPlaneError::NoProgram { .. }) = error else {
        panic!("expected a missing program, but found {error:?}");
    };
    let text = error.to_string();
    let folder = home.path().display().to_string();
    for part in ["`kube-apiserver`", &folder, "`cargo xtask control-plane`"] {
        assert!(text.contains(part), "{text}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_last_words_of_a_program_that_ends_are_told() {
    let home = TestHome::new();
    program(&home, "etcd", "echo starting; echo out of luck >&2; exit 3");
    program(&home, "kube-apiserver", "exit 0");
    let error = start(home.path()).await;
    let SandboxError::ControlPlane(error) = error else {
        panic!("expected the control plane to be at fault, but found {error:?}");
    };
    let text = error.to_string();
    for part in [
        "`etcd`",
        "exit status: 3",
        "\n    starting\n    out of luck",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_start_that_is_given_up_leaves_nothing_behind() {
    let home = TestHome::new();
    // It never listens, so the start goes on until it is given up.
    let script = format!(
        "echo $$ > {0}/pid.new; mv {0}/pid.new {0}/pid; exec /bin/sleep 600",
        home.path().display()
    );
    program(&home, "etcd", &script);
    program(&home, "kube-apiserver", "exit 0");
    let pid = home.path().join("pid");
    let started = async {
        while !pid.exists() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        error = start(home.path()) => panic!("expected a start without end, but found {error:?}"),
        () = started => {}
    }
    let process = std::fs::read_to_string(pid).unwrap();
    assert!(!Path::new("/proc").join(process.trim()).exists());
}

async fn start(programs: &Path) -> SandboxError {
    let control_plane = RealControlPlane::new(programs);
    let builder = Sandbox::builder(SystemTimeSource::new()).control_plane(control_plane);
    builder.start().await.unwrap_err()
}

#[cfg(unix)]
fn program(home: &TestHome, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    let path = home.write(name, &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
}
