//! The front door of the project: `cargo xtask` lists its tasks, `cargo xtask TASK` runs one.
//!
//! Needs nothing but the Rust toolchain, and says what to install where a task wants more.

use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::workspace::Workspace;

mod arguments;
mod command;
mod failure;
mod rust_version;
mod skips;
mod stopwatch;
mod tasks;
mod terminal;
mod toolchain;
mod workspace;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::report(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut words = arguments::of_this_process()?.into_iter();
    let Some(name) = words.next().filter(|word| !arguments::asks_for_help(word)) else {
        terminal::print(&tasks::listing());
        return Ok(());
    };
    let task = tasks::named(&name)?;
    let arguments = Arguments::new(words);
    if arguments.ask_for_help() {
        terminal::print(&task.help());
        return Ok(());
    }
    task.perform(&Workspace::discover()?, arguments)
}
