//! `cargo xtask clippy`

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "clippy",
    usage: "",
    summary: "lint all targets, a warning is a failure",
    run,
};

fn run(workspace: &Workspace, arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    workspace
        .cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])
        .run()
}
