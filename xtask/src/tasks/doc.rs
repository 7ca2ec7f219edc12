//! `cargo xtask doc`

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "doc",
    usage: "",
    summary: "build the documentation, a broken link is a failure",
    run,
};

fn run(workspace: &Workspace, arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    let command = workspace.cargo(["doc", "--no-deps", "--workspace"]);
    command.shown_env("RUSTDOCFLAGS", "-D warnings").run()
}
