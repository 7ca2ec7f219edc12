//! `cargo xtask bench`: one file per suite, run one after the other so that none disturbs another.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::workspace::Workspace;

mod micro;

pub(super) const TASK: Task = Task {
    name: "bench",
    usage: "[-- ARGS]",
    summary: "measure the code paths against their floors",
    run,
};

fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), Failure> {
    let passed_on = arguments.passed_on();
    arguments.finish()?;
    micro::run(workspace, &passed_on)
}
