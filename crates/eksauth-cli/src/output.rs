//! The two streams: data on stdout, people on stderr.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use zeroize::Zeroizing;

use crate::failed::Failed;
use crate::redaction::without_tokens;

/// Writes data. A reader that has gone away has what it wanted.
pub(crate) fn data(text: impl Display) -> Result<(), Failed> {
    let mut stdout = anstream::stdout().lock();
    match write!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result
            .map_err(|source| Failed::new("could not write to standard output").because(source)),
    }
}

/// Tells a person something. Nothing can be done when that fails.
///
/// Much of what is told repeats an argument, and that may be a misplaced token.
pub(crate) fn note(text: impl Display) {
    let text = Zeroizing::new(text.to_string());
    let _ = writeln!(anstream::stderr().lock(), "{}", without_tokens(&text));
}

/// Asks a person something, on the same line.
pub(crate) fn ask(text: impl Display) -> io::Result<()> {
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "{text}")?;
    stderr.flush()
}

/// Writes a value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize) -> Result<(), Failed> {
    json(value, CompactFormatter)
}

/// Writes a value as JSON indented by four, as the AWS CLI does.
pub(crate) fn json_indented(value: &impl Serialize) -> Result<(), Failed> {
    json(value, PrettyFormatter::with_indent(b"    "))
}

fn json(value: &impl Serialize, formatter: impl Formatter) -> Result<(), Failed> {
    // Erased afterwards, since the value may hold a token.
    let mut text = Zeroizing::new(Vec::with_capacity(8 * 1024));
    let mut serializer = serde_json::Serializer::with_formatter(&mut *text, formatter);
    let written = value.serialize(&mut serializer);
    written.map_err(|source| Failed::new("could not write JSON").because(source))?;
    data(format_args!("{}\n", String::from_utf8_lossy(&text)))
}
