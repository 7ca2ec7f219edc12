//! A home directory for one test.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::environment::clean_command;

/// A temporary home directory with an empty `.aws/` and `.kube/`, gone when dropped.
#[derive(Debug)]
pub struct TestHome(TempDir);

impl TestHome {
    /// A new, empty home.
    ///
    /// # Panics
    ///
    /// When the temporary directory cannot be made.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes directories")]
    pub fn new() -> Self {
        let home = tempfile::Builder::new()
            .prefix("eksauth-home-")
            .tempdir()
            .expect("a temporary directory for the home of the test");
        for directory in [".aws", ".kube"] {
            std::fs::create_dir(home.path().join(directory)).expect("a directory in the test home");
        }
        Self(home)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes `.aws/config`.
    pub fn write_config(&self, text: &str) -> PathBuf {
        self.write(".aws/config", text)
    }

    /// Writes `.aws/credentials`.
    pub fn write_credentials(&self, text: &str) -> PathBuf {
        self.write(".aws/credentials", text)
    }

    /// Writes `.kube/config`.
    pub fn write_kubeconfig(&self, text: &str) -> PathBuf {
        self.write(".kube/config", text)
    }

    /// Writes a file below the home, and the directories on the way.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, path: impl AsRef<Path>, text: &str) -> PathBuf {
        let path = self.path().join(path);
        let parent = path.parent().expect("a file below the home has a parent");
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, text))
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }

    /// A command that lives in this home and inherits nothing but `PATH`: no AWS, Kubernetes,
    /// proxy or colour setting of whoever runs the test. `TZ` is UTC, and instance metadata is
    /// off. Add what the test is about with [`Command::env`].
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        clean_command(program, self.path())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_command_inherits_nothing_but_the_path() {
        let home = TestHome::new();
        let output = home
            .command("env")
            .env("AWS_REGION", "eu-west-1")
            .output()
            .expect("env runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let mut names: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, _)| name)
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "AWS_EC2_METADATA_DISABLED",
                "AWS_REGION",
                "HOME",
                "PATH",
                "TZ",
                "USERPROFILE"
            ]
        );
        assert!(
            text.contains(&format!("HOME={}\n", home.path().display())),
            "{text}"
        );
    }

    #[test]
    fn the_files_are_where_the_sdks_look() {
        let home = TestHome::new();
        home.write_config("[default]\n");
        home.write_credentials("[default]\n");
        assert!(home.path().join(".aws/config").is_file());
        assert!(home.path().join(".aws/credentials").is_file());
        assert!(home.path().join(".kube").is_dir());
    }
}
