//! Skips that nobody overlooks.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write as _;

use crate::environment;

/// Names the file to which every skip is added, a line each: `test: reason`.
const SKIPS_FILE: &str = "EKSAUTH_TEST_SKIPS";

/// Says that `test` did not run, and why.
///
/// The notice goes straight to stderr, past the capture of the test harness, and is added to the
/// file named by `EKSAUTH_TEST_SKIPS`, if that is set: who runs the tests can then decide whether
/// a skip is a failure.
///
/// # Panics
///
/// When the file named by `EKSAUTH_TEST_SKIPS` cannot be written.
pub fn skip(test: &str, reason: &str) {
    notice(&format!("SKIPPED {test}: {reason}"));
    if let Some(file) = environment::variable(SKIPS_FILE) {
        // One line per skip, whatever the reason looks like.
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        append(&file, &format!("{test}: {reason}\n"));
    }
}

/// `found`, or a skip of `test` with the reason why there is nothing.
pub(crate) fn or_skip<T>(test: &str, found: &'static Result<T, String>) -> Option<&'static T> {
    found.as_ref().inspect_err(|reason| skip(test, reason)).ok()
}

/// A line to stderr which the test harness does not swallow.
pub(crate) fn notice(line: &str) {
    // One write, so that parallel test binaries do not mix their lines. A closed stderr is
    // no reason to fail.
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

fn append(file: &OsStr, line: &str) {
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .and_then(|mut open| open.write_all(line.as_bytes()))
        .unwrap_or_else(|error| panic!("cannot note the skip in {}: {error}", file.display()));
}
