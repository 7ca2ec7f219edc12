//! `cargo xtask msrv`

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::rust_version;
use crate::tasks::Task;
use crate::terminal;
use crate::toolchain;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "msrv",
    usage: "[--require]",
    summary: "check with the oldest compiler that we promise",
    run,
};

fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), Failure> {
    let required = arguments.flag("--require");
    arguments.finish()?;
    let version = rust_version::of(workspace)?;
    if toolchain::is_installed(workspace, &version) {
        return check(workspace, &version);
    }
    terminal::skipped(
        "msrv",
        &format!("Rust {version} is not installed"),
        &format!("rustup toolchain install {version} --profile minimal"),
    );
    if required {
        Err(missing(&version))
    } else {
        Ok(())
    }
}

/// In a directory of its own: in a shared one, every change of compiler builds everything anew.
fn check(workspace: &Workspace, version: &str) -> Result<(), Failure> {
    let target = workspace.target().join("msrv");
    toolchain::cargo(workspace, version)
        .args(["check", "--workspace", "--all-targets", "--locked"])
        .args(["--target-dir".as_ref(), target.as_os_str()])
        .run()
}

fn missing(version: &str) -> Failure {
    Failure::Refused(format!(
        "expected Rust {version}, because of `--require`, but found none"
    ))
}
