//! A folder with mappings in it.

use std::io::Write as _;
use std::process::Stdio;

use eksauth_testing::TestHome;
use serde_json::Value;

const EKSAUTH: &str = env!("CARGO_BIN_EXE_eksauth");

/// A home that is also the current folder.
pub(crate) struct Scene(TestHome);

/// How it has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Scene {
    pub(crate) fn with(name: &str, text: &str) -> Self {
        Self(TestHome::new()).and(name, text)
    }

    pub(crate) fn and(self, name: &str, text: &str) -> Self {
        self.0.write(name, text);
        self
    }

    /// Asks with arguments that hold no blanks.
    pub(crate) fn map(&self, arguments: &str) -> Ran {
        self.map_with_stdin(arguments, "")
    }

    pub(crate) fn map_with_stdin(&self, arguments: &str, input: &str) -> Ran {
        let mut command = self.0.command(EKSAUTH);
        command.arg("map").args(arguments.split_whitespace());
        let mut child = command
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its stdin closes it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// It is mapped: what is on stdout.
    #[track_caller]
    pub(crate) fn mapped(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.stdout
    }

    /// It is not mapped: what is on stdout and on stderr.
    #[track_caller]
    pub(crate) fn unmapped(self) -> (String, String) {
        assert_eq!(self.code, Some(1), "{self:#?}");
        assert!(!self.stdout.is_empty(), "{self:#?}");
        (self.stdout, self.stderr)
    }

    /// It could not be said: what is on stderr.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(1), ""),
            "{self:#?}"
        );
        self.stderr
    }

    #[track_caller]
    pub(crate) fn username(self) -> String {
        let answer: Value = serde_json::from_str(&self.mapped()).unwrap();
        answer["username"].as_str().unwrap().to_owned()
    }
}
