//! What is wrong with JSON.

use super::super::foreign::visible;

/// A text that is not the JSON that was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct JsonError {
    line: usize,
    message: String,
}

impl JsonError {
    pub(in super::super) fn new(error: &serde_json::Error) -> Self {
        Self {
            line: error.line().max(1),
            message: message(error),
        }
    }

    /// The same for a part of a text that begins on a line.
    #[must_use]
    pub(in super::super) fn below(self, first_line: usize) -> Self {
        Self {
            line: first_line + self.line - 1,
            ..self
        }
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What was expected and found, without where.
    pub fn message(&self) -> &str {
        &self.message
    }
}

fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = text.strip_suffix(&place).unwrap_or(&text);
    let types = text.strip_prefix("invalid type: ");
    match types.and_then(|types| types.rsplit_once(", expected ")) {
        Some((found, expected)) => {
            format!("expected {expected}, but found {}", in_our_words(found))
        }
        None => format!("expected JSON, but found an error: {}", visible(text)),
    }
}

/// A value as serde names it.
fn in_our_words(found: &str) -> String {
    const WORDS: [(&str, &str); 6] = [
        ("sequence", "a list"),
        ("map", "an object"),
        ("boolean", "the boolean"),
        ("integer", "the number"),
        ("floating point", "the number"),
        ("string", "the text"),
    ];
    let word = |(theirs, ours): &(&str, &str)| {
        let rest = found.strip_prefix(theirs)?;
        Some(format!("{ours}{}", visible(rest)))
    };
    WORDS
        .iter()
        .find_map(word)
        .unwrap_or_else(|| visible(found))
}
