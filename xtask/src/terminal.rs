//! The only place that writes: what was asked for on stdout, everything else on stderr.
//!
//! A stream that is closed leaves nobody to tell, so a failed write is dropped.

use std::error::Error;
use std::io::{self, Write};

use crate::failure::Failure;

/// What the user asked to see.
pub(crate) fn print(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{}", text.trim_end());
}

/// The start of a task.
pub(crate) fn heading(task: &str) {
    say(&format!("==> {task}"));
}

/// A line under a heading.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A check that did not take place: loud, because a skipped check reads like a passed one.
pub(crate) fn skipped(what: &str, reason: &str, remedy: &str) {
    say(&format!(
        "SKIPPED {what}: {reason}\n    to run it: {remedy}"
    ));
}

/// A failure with its causes.
pub(crate) fn report(failure: &Failure) {
    let mut line = format!("error: {failure}");
    let mut cause = failure.source();
    while let Some(error) = cause {
        line.push_str(&format!(": {error}"));
        cause = error.source();
    }
    say(&line);
}
