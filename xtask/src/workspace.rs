//! The checkout that the tasks work on, and the cargo that was used to start them.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::command::Command;
use crate::failure::Failure;

#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    cargo: OsString,
    chosen_target: Option<PathBuf>,
    /// Names only: no task needs the rest of the environment, and a value there may be a secret.
    leaked: Vec<OsString>,
}

type Environment = HashMap<OsString, OsString>;

impl Workspace {
    /// # Errors
    ///
    /// When not started by cargo, or from a directory that is gone.
    pub(crate) fn discover() -> Result<Self, Failure> {
        Self::from_environment(environment())
    }

    fn from_environment(environment: Environment) -> Result<Self, Failure> {
        let variable = |name: &str| environment.get(OsStr::new(name));
        let (Some(cargo), Some(manifest_dir)) = (variable("CARGO"), variable("CARGO_MANIFEST_DIR"))
        else {
            return Err(Failure::Refused(
                "expected to be started by cargo; run `cargo xtask`".to_owned(),
            ));
        };
        let cargo = cargo.clone();
        let root = Path::new(manifest_dir)
            .parent()
            .unwrap_or(Path::new("."))
            .to_owned();
        // Like cargo: relative to where the user stands, not to the root.
        let chosen_target = variable("CARGO_TARGET_DIR")
            .map(std::path::absolute)
            .transpose();
        let chosen_target =
            chosen_target.map_err(Failure::files("resolve the directory in CARGO_TARGET_DIR"))?;
        let leaked = environment
            .into_keys()
            .filter(|name| is_about_xtask(name))
            .collect();
        Ok(Self {
            root,
            cargo,
            chosen_target,
            leaked,
        })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo builds, and where tasks put what they make.
    pub(crate) fn target(&self) -> PathBuf {
        self.chosen_target
            .clone()
            .unwrap_or_else(|| self.root.join("target"))
    }

    /// The cargo that runs this task, hence the toolchain that the user chose.
    pub(crate) fn cargo<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        self.command(&self.cargo, "cargo").args(arguments)
    }

    /// Any other program that is looked up on the search path, or a path.
    pub(crate) fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let shown = program.as_ref().to_string_lossy();
        self.command(program.as_ref(), &shown)
    }

    fn command(&self, program: &OsStr, shown: &str) -> Command {
        let command = Command::new(program, shown)
            .current_dir(&self.root)
            .without(&self.leaked);
        match &self.chosen_target {
            Some(dir) => command.env("CARGO_TARGET_DIR", dir),
            None => command,
        }
    }
}

/// Variables that `cargo run` sets for xtask itself. Some build scripts (ring's, for one) watch
/// them, and would run again on every change between `cargo xtask test` and `cargo test`.
fn is_about_xtask(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

#[expect(
    clippy::disallowed_methods,
    reason = "xtask is an edge: it reads the environment here, once, for all tasks"
)]
fn environment() -> Environment {
    std::env::vars_os().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discover(variables: &[(&str, &str)]) -> Result<Workspace, Failure> {
        let pairs = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        Workspace::from_environment(pairs.collect())
    }

    #[test]
    fn the_root_is_above_the_manifest_and_builds_go_below_it() {
        let workspace = discover(&[
            ("CARGO", "/bin/cargo"),
            ("CARGO_MANIFEST_DIR", "/src/xtask"),
        ])
        .unwrap();
        assert_eq!(workspace.root(), Path::new("/src"));
        assert_eq!(workspace.target(), Path::new("/src/target"));
    }

    #[test]
    fn a_target_directory_of_the_users_choice_is_kept() {
        let workspace = discover(&[
            ("CARGO", "/bin/cargo"),
            ("CARGO_MANIFEST_DIR", "/src/xtask"),
            ("CARGO_TARGET_DIR", "/fast/target"),
        ]);
        assert_eq!(workspace.unwrap().target(), Path::new("/fast/target"));
    }

    #[test]
    fn a_start_without_cargo_says_what_to_do() {
        let failure = discover(&[("CARGO", "/bin/cargo")]).unwrap_err();
        assert!(failure.to_string().contains("cargo xtask"), "{failure}");
    }

    #[test]
    fn only_what_describes_xtask_is_withheld_from_commands() {
        assert!(is_about_xtask(OsStr::new("CARGO_PKG_NAME")));
        assert!(is_about_xtask(OsStr::new("CARGO_MANIFEST_DIR")));
        assert!(is_about_xtask(OsStr::new("CARGO")));
        assert!(!is_about_xtask(OsStr::new("CARGO_INCREMENTAL")));
        assert!(!is_about_xtask(OsStr::new("CARGO_HOME")));
    }
}
