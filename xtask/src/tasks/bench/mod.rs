//! `cargo xtask bench`: one file per suite, run one after the other so that none disturbs another.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::workspace::Workspace;

mod instructions;
mod micro;
mod scene;
mod startup;
mod sts;

pub(super) const TASK: Task = Task {
    name: "bench",
    usage: "[--gate] [--aws PATH] [-- ARGS]",
    summary: "measure against floor and peer; --gate: only count, and fail over budget",
    run,
};

fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), Failure> {
    let gate = arguments.flag("--gate");
    let aws = match arguments.flag("--aws") {
        true => arguments.positional(),
        false => None,
    };
    let passed_on = arguments.passed_on();
    arguments.finish()?;
    if gate {
        return instructions::run(workspace);
    }
    micro::run(workspace, &passed_on)?;
    startup::run(workspace, aws.as_deref().unwrap_or("aws"))?;
    instructions::run(workspace)
}
