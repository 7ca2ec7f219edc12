//! The `kubectl` of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::{TestHome, environment, skip};

/// A `kubectl` that works.
#[derive(Debug)]
pub struct Kubectl {
    path: PathBuf,
    version: String,
}

impl Kubectl {
    /// The `kubectl` on `PATH`; without one, `test` is skipped.
    #[must_use]
    pub fn or_skip(test: &str) -> Option<&'static Self> {
        static FOUND: OnceLock<Result<Kubectl, String>> = OnceLock::new();
        skip::or_skip(test, FOUND.get_or_init(Self::find))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its version, such as `v1.32.4`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A command that runs it in `home`, with the kubeconfig found there.
    pub fn command(&self, home: &TestHome) -> Command {
        home.command(&self.path)
    }

    fn find() -> Result<Self, String> {
        let path = environment::find_program("kubectl").ok_or("there is no kubectl on PATH")?;
        let output = TestHome::new()
            .command(&path)
            .args(["version", "--client", "-o", "json"])
            .output()
            .map_err(|error| format!("{} does not start: {error}", path.display()))?;
        let version = serde_json::from_slice::<serde_json::Value>(&output.stdout)
            .ok()
            .filter(|_| output.status.success())
            .and_then(|answer| Some(answer["clientVersion"]["gitVersion"].as_str()?.to_owned()))
            .ok_or_else(|| {
                let said = environment::tail(&output.stderr);
                format!("`kubectl version --client -o json` does not tell its version: {said}")
            })?;
        Ok(Self { path, version })
    }
}
