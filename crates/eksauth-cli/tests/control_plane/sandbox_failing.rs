//! Control planes that do not come up. No real programs are needed for that.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use eksauth_testing::TestHome;

use crate::programs::EKSAUTH;
use crate::ran::{Ran, assert_says};

#[test]
fn a_missing_program_is_named_with_what_builds_it() {
    let home = TestHome::new();
    let stderr = start(&home, &[]).failed();
    let folder = home.path().display().to_string();
    assert_says(&stderr, &["`etcd`", &folder, "`cargo xtask control-plane`"]);
}

#[test]
fn a_program_that_ends_is_named_with_its_last_words() {
    let home = TestHome::new();
    program(&home, "etcd", "echo the disk is full >&2; exit 3");
    program(&home, "kube-apiserver", "");
    let stderr = start(&home, &[]).failed();
    let expected = [
        "demo: starting etcd",
        "could not start the control plane",
        "expected `etcd` to stay up, but it ended with exit status: 3",
        "the disk is full",
    ];
    assert_says(&stderr, &expected);
}

#[test]
fn a_program_that_cannot_be_run_says_why() {
    let home = TestHome::new();
    home.write("etcd", "");
    home.write("kube-apiserver", "");
    let stderr = start(&home, &[]).failed();
    assert_says(&stderr, &["`etcd`", "Permission denied"]);
}

#[test]
fn a_webhook_that_cannot_be_asked_is_refused_at_once() {
    let home = TestHome::new();
    let stderr = start(&home, &["--authentication-webhook", "nowhere.yaml"]).failed();
    let expected = ["`nowhere.yaml`", "`eksauth init`", "No such file"];
    assert_says(&stderr, &expected);

    let arguments = ["sandbox", "--authentication-webhook", "x", "--", "true"];
    let ran = Ran::of(home.command(EKSAUTH).args(arguments).output().unwrap());
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_says(
        &ran.stderr,
        &["`--control-plane DIR`", "KUBEBUILDER_ASSETS"],
    );
}

#[test]
fn who_wants_it_quiet_hears_of_no_progress() {
    let home = TestHome::new();
    program(&home, "etcd", "exit 3");
    program(&home, "kube-apiserver", "");
    let stderr = start(&home, &["-v", "error"]).failed();
    assert!(!stderr.contains("starting etcd"), "{stderr}");
}

/// Ctrl-C while the start goes on.
#[test]
fn a_start_that_is_given_up_leaves_nothing() {
    let home = TestHome::new();
    let script = "echo $$ > pid.new; mv pid.new \"$HOLD/pid\"; exec /bin/sleep 600";
    let script = script.replace("$HOLD", &home.path().display().to_string());
    program(&home, "etcd", &script);
    program(&home, "kube-apiserver", "");
    let mut child = command(&home, &[]).stderr(Stdio::null()).spawn().unwrap();
    let pid = home.path().join("pid");
    crate::waiting::eventually("etcd starts", || pid.exists(), |it| *it);
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let process = std::fs::read_to_string(pid).unwrap();
    let alive = Command::new("kill").args(["-0", process.trim()]).output();
    assert!(!alive.unwrap().status.success());
    let left = std::fs::read_dir(home.path().join("tmp")).unwrap();
    assert_eq!(left.count(), 0);
}

fn start(home: &TestHome, flags: &[&str]) -> Ran {
    Ran::of(command(home, flags).output().unwrap())
}

fn command(home: &TestHome, flags: &[&str]) -> Command {
    let temporary = home.path().join("tmp");
    let _ = std::fs::create_dir(&temporary);
    let mut command = home.command(EKSAUTH);
    command
        .env("TMPDIR", temporary)
        .args(["sandbox", "--control-plane"])
        .arg(home.path())
        .args(flags)
        .args(["--", "true"])
        .stdin(Stdio::null());
    command
}

fn program(home: &TestHome, name: &str, script: &str) {
    let path = home.write(name, &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
}
