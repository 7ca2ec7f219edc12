//! A command that a task runs: shown before it starts, its failure kept.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{self, ExitStatus, Output, Stdio};

use crate::failure::Failure;
use crate::terminal;

#[derive(Debug)]
pub(crate) struct Command {
    inner: process::Command,
    /// What a user would type to get the same.
    line: String,
}

impl Command {
    /// `shown` is the program's name as a user knows it.
    pub(crate) fn new(program: &OsStr, shown: &str) -> Self {
        Self {
            inner: process::Command::new(program),
            line: shown.to_owned(),
        }
    }

    pub(crate) fn args<I: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = I>) -> Self {
        for argument in arguments {
            self.line.push(' ');
            self.line.push_str(&argument.as_ref().to_string_lossy());
            self.inner.arg(argument);
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Like [`Self::env`], for a variable without which the shown line would mean something else.
    pub(crate) fn shown_env(mut self, name: &str, value: &str) -> Self {
        self.line.insert_str(0, &format!("{name}=\"{value}\" "));
        self.env(name, value)
    }

    /// Withholds variables.
    pub(crate) fn without<N: AsRef<OsStr>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        for name in names {
            self.inner.env_remove(name);
        }
        self
    }

    pub(crate) fn current_dir(mut self, dir: &Path) -> Self {
        self.inner.current_dir(dir);
        self
    }

    /// Shows the line and runs it with the streams of the terminal.
    ///
    /// # Errors
    ///
    /// When it cannot be started or does not succeed.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        terminal::say(&format!("    {}", self.line));
        let status = self.inner.status();
        self.started(status)
            .and_then(|(line, status)| succeeded(line, status))
    }

    /// Runs it in silence and returns its stdout.
    ///
    /// # Errors
    ///
    /// When it cannot be started or does not succeed; its stderr is then shown.
    pub(crate) fn stdout(mut self) -> Result<Vec<u8>, Failure> {
        let output = self.inner.stdin(Stdio::null()).output();
        let (
            line,
            Output {
                status,
                stdout,
                stderr,
            },
        ) = self.started(output)?;
        if !status.success() {
            terminal::say(String::from_utf8_lossy(&stderr).trim_end());
        }
        succeeded(line, status).map(|()| stdout)
    }

    /// Whether it can be started and succeeds, for looking whether a tool is there.
    pub(crate) fn works(mut self) -> bool {
        self.inner
            .stdin(Stdio::null())
            .output()
            .is_ok_and(|output| output.status.success())
    }

    fn started<T>(self, result: io::Result<T>) -> Result<(String, T), Failure> {
        match result {
            Ok(value) => Ok((self.line, value)),
            Err(source) => Err(Failure::Start {
                line: self.line,
                source,
            }),
        }
    }
}

fn succeeded(line: String, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Command {
            line,
            code: status.code(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(name: &str) -> Command {
        Command::new(OsStr::new(name), name)
    }

    #[test]
    fn a_missing_program_is_named_with_its_arguments() {
        let failure = program("no-such-program")
            .args(["--version"])
            .stdout()
            .unwrap_err();
        assert_eq!(
            failure.to_string(),
            "could not start `no-such-program --version`"
        );
        assert!(!program("no-such-program").works());
    }

    #[test]
    fn the_line_shows_what_a_user_would_type() {
        let command = program("cargo").args(["doc", "--no-deps"]);
        let command = command
            .env("QUIET", "1")
            .shown_env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            command.line,
            "RUSTDOCFLAGS=\"-D warnings\" cargo doc --no-deps"
        );
    }
}
