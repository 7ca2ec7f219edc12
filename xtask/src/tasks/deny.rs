//! `cargo xtask deny`

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::terminal;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "deny",
    usage: "[--require]",
    summary: "check licences, advisories and sources of the dependencies",
    run,
};

const INSTALL: &str = "cargo install cargo-deny --locked";

fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), Failure> {
    let required = arguments.flag("--require");
    arguments.finish()?;
    if workspace.cargo(["deny", "--version"]).works() {
        workspace.cargo(["deny", "check", "bans"]).run()?;
        let all_features = ["deny", "--all-features", "check"];
        let rest = ["advisories", "licenses", "sources"];
        return workspace.cargo(all_features.into_iter().chain(rest)).run();
    }
    terminal::skipped("deny", "cargo-deny is not installed", INSTALL);
    if required { Err(missing()) } else { Ok(()) }
}

fn missing() -> Failure {
    Failure::Refused("expected cargo-deny, because of `--require`, but found none".to_owned())
}
