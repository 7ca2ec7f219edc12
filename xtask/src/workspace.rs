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
    test_cache: Option<PathBuf>,
    has_control_plane: bool,
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
        let test_cache = test_cache(&environment);
        let has_control_plane = chosen(&environment, "KUBEBUILDER_ASSETS").is_some();
        let leaked = environment
            .into_keys()
            .filter(|name| is_about_xtask(name))
            .collect();
        Ok(Self {
            root,
            cargo,
            chosen_target,
            test_cache,
            has_control_plane,
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

    /// Where tests keep what takes long to make, as `eksauth-testing` looks for it.
    pub(crate) fn test_cache(&self) -> Option<&Path> {
        self.test_cache.as_deref()
    }

    /// Whether the user has chosen a control plane for tests.
    pub(crate) fn has_control_plane(&self) -> bool {
        self.has_control_plane
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

/// First `EKSAUTH_TEST_CACHE`, next the user's cache, finally that below the home.
fn test_cache(environment: &Environment) -> Option<PathBuf> {
    let below = |name, folder| Some(chosen(environment, name)?.join(folder));
    chosen(environment, "EKSAUTH_TEST_CACHE")
        .or_else(|| below("XDG_CACHE_HOME", "eksauth-tests"))
        .or_else(|| below("HOME", ".cache/eksauth-tests"))
}

/// A path in a variable that is not empty.
fn chosen(environment: &Environment, name: &str) -> Option<PathBuf> {
    let value = environment.get(OsStr::new(name))?;
    (!value.is_empty()).then(|| PathBuf::from(value))
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
    fn the_cache_of_the_tests_is_where_the_tests_look() {
        let cache_of = |variables: &[(&str, &str)]| {
            let started = [
                ("CARGO", "/bin/cargo"),
                ("CARGO_MANIFEST_DIR", "/src/xtask"),
            ];
            let workspace = discover(&[&started, variables].concat()).unwrap();
            workspace.test_cache().map(Path::to_owned)
        };
        let home = ("HOME", "/home/me");
        let xdg = ("XDG_CACHE_HOME", "/cache");
        let all = [home, xdg, ("EKSAUTH_TEST_CACHE", "/tests")];
        assert_eq!(cache_of(&all).unwrap(), Path::new("/tests"));
        assert_eq!(
            cache_of(&[home, xdg]).unwrap(),
            Path::new("/cache/eksauth-tests")
        );
        let below_home = Path::new("/home/me/.cache/eksauth-tests");
        assert_eq!(
            cache_of(&[home, ("XDG_CACHE_HOME", "")]).unwrap(),
            below_home
        );
        assert_eq!(cache_of(&[]), None);
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
