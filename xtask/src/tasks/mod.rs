//! The tasks: one file each, all listed here.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::terminal;
use crate::workspace::Workspace;

mod bench;
mod ci;
mod clippy;
mod control_plane;
mod deny;
mod deploy;
mod dist;
mod doc;
mod features;
mod fmt;
mod fuzz;
mod msrv;
mod test;

/// In the order of the listing.
const TASKS: [Task; 13] = [
    fmt::TASK,
    clippy::TASK,
    test::TASK,
    doc::TASK,
    features::TASK,
    ci::TASK,
    deny::TASK,
    deploy::TASK,
    msrv::TASK,
    fuzz::TASK,
    bench::TASK,
    dist::TASK,
    control_plane::TASK,
];

#[derive(Debug)]
pub(crate) struct Task {
    name: &'static str,
    /// What may follow the name.
    usage: &'static str,
    /// One line for the listing.
    summary: &'static str,
    run: fn(&Workspace, Arguments) -> Result<(), Failure>,
}

impl Task {
    /// # Errors
    ///
    /// Whatever kept the task from being done.
    pub(crate) fn perform(
        &self,
        workspace: &Workspace,
        arguments: Arguments,
    ) -> Result<(), Failure> {
        terminal::heading(self.name);
        (self.run)(workspace, arguments)
    }

    pub(crate) fn help(&self) -> String {
        let call = format!("usage: cargo xtask {} {}", self.name, self.usage);
        format!("{}\n\n{}", call.trim_end(), self.summary)
    }
}

/// # Errors
///
/// When there is no such task; the failure names those that there are.
pub(crate) fn named(name: &str) -> Result<&'static Task, Failure> {
    TASKS.iter().find(|task| task.name == name).ok_or_else(|| {
        let names: Vec<_> = TASKS.iter().map(|task| task.name).collect();
        Failure::Usage(format!(
            "expected one of {}, but found `{name}`",
            names.join(", ")
        ))
    })
}

pub(crate) fn listing() -> String {
    let calls: Vec<_> = TASKS
        .iter()
        .map(|task| format!("{} {}", task.name, task.usage))
        .collect();
    let width = calls.iter().map(String::len).max().unwrap_or_default();
    let mut listing = "usage: cargo xtask TASK\n".to_owned();
    for (call, task) in calls.iter().zip(&TASKS) {
        listing.push_str(&format!("\n  {call:width$}  {}", task.summary));
    }
    listing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_found_by_its_name() {
        for task in &TASKS {
            assert_eq!(named(task.name).unwrap().summary, task.summary);
        }
    }

    #[test]
    fn an_unknown_task_is_told_the_known_ones() {
        let failure = named("tset").unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        let text = failure.to_string();
        assert!(
            text.contains("`tset`") && text.contains("fmt, clippy, test"),
            "{text}"
        );
    }

    #[test]
    fn the_listing_has_one_aligned_line_per_task() {
        let listing = listing();
        let lines: Vec<_> = listing.lines().skip(2).collect();
        assert_eq!(lines.len(), TASKS.len());
        let column = lines[0].find(TASKS[0].summary).unwrap();
        for (line, task) in lines.iter().zip(&TASKS) {
            assert_eq!(line.find(task.summary), Some(column), "{line}");
        }
    }

    #[test]
    fn help_shows_how_a_task_is_called() {
        assert!(
            fmt::TASK
                .help()
                .starts_with("usage: cargo xtask fmt [--fix]\n")
        );
        assert!(
            clippy::TASK
                .help()
                .starts_with("usage: cargo xtask clippy\n")
        );
    }
}
