//! `cargo xtask ci`

use std::time::Duration;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::stopwatch::Stopwatch;
use crate::tasks::{Task, clippy, doc, features, fmt, test};
use crate::terminal;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "ci",
    usage: "",
    summary: "fmt, clippy, test, doc, features: what a change must pass",
    run,
};

/// The cheapest first.
const STEPS: [Task; 5] = [
    fmt::TASK,
    clippy::TASK,
    test::TASK,
    doc::TASK,
    features::TASK,
];

fn run(workspace: &Workspace, arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    let mut times = Vec::new();
    for step in &STEPS {
        let stopwatch = Stopwatch::start();
        let done = step.perform(workspace, Arguments::default());
        times.push((step.name, stopwatch.elapsed()));
        if done.is_err() {
            terminal::say(&table(&times));
            return done;
        }
    }
    terminal::say(&table(&times));
    Ok(())
}

fn table(times: &[(&str, Duration)]) -> String {
    let rows = times
        .iter()
        .map(|(name, took)| format!("    {name:8}{:8.1} s", took.as_secs_f64()));
    rows.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_are_aligned() {
        let times = [
            ("fmt", Duration::from_millis(940)),
            ("clippy", Duration::from_secs(123)),
        ];
        assert_eq!(
            table(&times),
            "    fmt          0.9 s\n    clippy     123.0 s"
        );
    }
}
