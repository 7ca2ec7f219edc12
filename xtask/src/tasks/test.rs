//! `cargo xtask test`

use crate::arguments::Arguments;
use crate::command::Command;
use crate::failure::Failure;
use crate::skips::{self, SkipFile, Skips};
use crate::tasks::{Task, control_plane};
use crate::terminal;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "test",
    usage: "[--no-skips] [-- ARGS]",
    summary: "run all tests and tell which could not run",
    run,
};

fn run(workspace: &Workspace, arguments: Arguments) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let skip_file = SkipFile::create(workspace)?;
    let cargo = workspace
        .cargo(options.cargo_arguments())
        .env(skips::VARIABLE, skip_file.path());
    let tested = with_control_plane(workspace, cargo).run();
    let skips = skip_file.read()?;
    // After a failure, too: what did not run may be the reason. But a run that broke off early does
    // not show that everything ran.
    if tested.is_ok() || skips.count() > 0 {
        terminal::say(&skips.summary());
    }
    tested?;
    options.judge(&skips)
}

/// Tests do not look for the one that `cargo xtask control-plane` has built.
fn with_control_plane(workspace: &Workspace, cargo: Command) -> Command {
    let Some(folder) = control_plane::built(workspace) else {
        return cargo;
    };
    terminal::say(&format!(
        "    with the control plane in {}",
        folder.display()
    ));
    cargo.env(control_plane::VARIABLE, folder)
}

#[derive(Debug)]
struct Options {
    no_skips: bool,
    passed_on: Vec<String>,
}

impl Options {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let options = Self {
            no_skips: arguments.flag("--no-skips"),
            passed_on: arguments.passed_on(),
        };
        arguments.finish().map(|()| options)
    }

    /// The whole workspace, unless the user names packages: cargo would ignore them beside
    /// `--workspace`.
    fn cargo_arguments(&self) -> Vec<&str> {
        let scope = if self.names_a_package() {
            None
        } else {
            Some("--workspace")
        };
        let fixed = ["test"].into_iter().chain(scope).chain(["--locked"]);
        fixed
            .chain(self.passed_on.iter().map(String::as_str))
            .collect()
    }

    fn names_a_package(&self) -> bool {
        let mut for_cargo = self.passed_on.iter().take_while(|word| *word != "--");
        for_cargo.any(|word| word.starts_with("-p") || word.starts_with("--package"))
    }

    fn judge(&self, skips: &Skips) -> Result<(), Failure> {
        if self.no_skips && skips.count() > 0 {
            return Err(Failure::Refused(format!(
                "expected every test to run, but {} could not; install what the lines above name",
                skips.count()
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Options {
        let words = line.split_whitespace().map(str::to_owned);
        Options::parse(Arguments::new(words)).unwrap()
    }

    #[test]
    fn everything_is_tested_by_default() {
        assert_eq!(
            options("").cargo_arguments(),
            ["test", "--workspace", "--locked"]
        );
        let filtered = options("-- -- expiry");
        let expected = ["test", "--workspace", "--locked", "--", "expiry"];
        assert_eq!(filtered.cargo_arguments(), expected);
    }

    #[test]
    fn a_named_package_replaces_the_workspace() {
        let one = options("-- -p eksauth-token --lib");
        assert_eq!(
            one.cargo_arguments(),
            ["test", "--locked", "-p", "eksauth-token", "--lib"]
        );
        let for_the_harness = options("-- -- -p");
        assert!(for_the_harness.cargo_arguments().contains(&"--workspace"));
    }

    #[test]
    fn skips_fail_only_when_asked_to() {
        let skips = Skips::parse("a: no kubectl");
        assert!(options("").judge(&skips).is_ok());
        assert!(options("--no-skips").judge(&Skips::parse("")).is_ok());
        assert_eq!(
            options("--no-skips").judge(&skips).unwrap_err().exit_code(),
            1
        );
    }
}
