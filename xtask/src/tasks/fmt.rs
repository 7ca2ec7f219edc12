//! `cargo xtask fmt`

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "fmt",
    usage: "[--fix]",
    summary: "check the formatting, or apply it",
    run,
};

fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), Failure> {
    let fix = arguments.flag("--fix");
    arguments.finish()?;
    format(workspace, &["--all"], fix)?;
    // Not a member of the workspace, see its manifest.
    format(workspace, &["--manifest-path", "fuzz/Cargo.toml"], fix)
}

fn format(workspace: &Workspace, what: &[&str], fix: bool) -> Result<(), Failure> {
    let command = workspace.cargo(["fmt"]).args(what);
    let command = if fix {
        command
    } else {
        command.args(["--", "--check"])
    };
    command.run()
}
