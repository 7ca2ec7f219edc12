//! Tests that could not run, as they reported it themselves.
//!
//! A test that lacks something (a program, a network) appends one line, `name: reason`, to the file
//! that [`VARIABLE`] names, and returns. To the test runner it has passed; here it is counted.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// Holds the absolute path of the file. Tests read it, see `eksauth-testing`.
pub(crate) const VARIABLE: &str = "EKSAUTH_TEST_SKIPS";

/// A file of one test run's own, removed when it was read.
#[derive(Debug)]
pub(crate) struct SkipFile(PathBuf);

impl SkipFile {
    /// # Errors
    ///
    /// When it cannot be written below the target directory.
    pub(crate) fn create(workspace: &Workspace) -> Result<Self, Failure> {
        let dir = workspace.target().join("xtask");
        fs::create_dir_all(&dir).map_err(Failure::files(format!("create `{}`", dir.display())))?;
        // By process, so that two runs at a time do not count each other's.
        let path = dir.join(format!("test-skips-{}.txt", std::process::id()));
        fs::write(&path, "").map_err(Failure::files(format!("write `{}`", path.display())))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// # Errors
    ///
    /// When the file is gone or is not text: then nobody knows what was skipped.
    pub(crate) fn read(self) -> Result<Skips, Failure> {
        let text = fs::read_to_string(&self.0)
            .map_err(Failure::files(format!("read `{}`", self.0.display())))?;
        // A file that stays behind in the target directory harms nobody.
        let _ = fs::remove_file(&self.0);
        Ok(Skips::parse(&text))
    }
}

#[derive(Debug)]
pub(crate) struct Skips(Vec<String>);

impl Skips {
    pub(crate) fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut lines: Vec<String> = lines.map(str::to_owned).collect();
        // Tests run in parallel; sorted, two runs can be compared.
        lines.sort();
        Self(lines)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn summary(&self) -> String {
        if self.0.is_empty() {
            return "no test was skipped".to_owned();
        }
        let mut summary = format!("SKIPPED {} test(s):", self.count());
        for line in &self.0 {
            summary.push_str("\n    ");
            summary.push_str(line);
        }
        summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_means_that_everything_ran() {
        assert_eq!(Skips::parse("").summary(), "no test was skipped");
        assert_eq!(Skips::parse("\n \n").count(), 0);
    }

    #[test]
    fn every_line_is_shown_in_order_and_counted() {
        let skips = Skips::parse("b_test: no kubectl\na_test: no Python\n\nb_test: no kubectl");
        assert_eq!(skips.count(), 3);
        let expected = "SKIPPED 3 test(s):\n    a_test: no Python\n    b_test: no kubectl\n    \
                        b_test: no kubectl";
        assert_eq!(skips.summary(), expected);
    }
}
