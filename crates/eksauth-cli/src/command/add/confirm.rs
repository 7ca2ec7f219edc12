//! Asking a person before anything is changed.

use std::io;

use crate::failed::Failed;
use crate::output;

use super::diff::Diff;

/// Shows what will change, and reads whether it is wanted from stdin: from a person, or from a pipe.
pub(super) fn confirm(place: &str, diff: &Diff<'_>) -> Result<bool, Failed> {
    output::note(diff);
    let unreadable = |error| Failed::new("could not ask for an answer").because(error);
    output::ask(format_args!("Change {place}? [y/N] ")).map_err(unreadable)?;
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line).map_err(unreadable)?;
    if read == 0 {
        return Err(Failed::new(
            "expected `y` or `n` on stdin, but found its end: without a question, it is done with \
             `--prompt=false`",
        ));
    }
    let answer = line.trim().to_ascii_lowercase();
    Ok(matches!(answer.as_str(), "y" | "yes"))
}
