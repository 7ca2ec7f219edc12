//! The one place where this crate reads the environment of the process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A home directory that holds nothing and into which nothing can be written.
#[cfg(unix)]
pub(crate) const NO_HOME: &str = "/dev/null";
#[cfg(not(unix))]
pub(crate) const NO_HOME: &str = "NUL";

/// What programs need to start at all; Windows has more of it.
const KEPT: &[&str] = &["PATH", "SYSTEMROOT", "PATHEXT", "COMSPEC"];

/// The variable, if it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where their tools and caches are by the environment"
)]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A command that inherits nothing but the path, and lives in `home`.
pub(crate) fn clean_command(program: impl AsRef<std::ffi::OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in KEPT {
        if let Some(value) = variable(name) {
            command.env(name, value);
        }
    }
    command
        .env("HOME", home)
        .env("USERPROFILE", home)
        .env("TZ", "UTC");
    // No test may find credentials because it happens to run on an EC2 instance.
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// The program as found on `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| {
            directory
                .join(name)
                .with_extension(std::env::consts::EXE_EXTENSION)
        })
        .find(|candidate| candidate.is_file())
}

/// The last lines of what a program said, for a message.
pub(crate) fn tail(output: &[u8]) -> String {
    const LINES: usize = 15;
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
