//! Why a file counts for nothing.

use std::fmt;

use super::super::json::JsonError;
use crate::Place;

/// A file that is not used. What was there before it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicFileError {
    place: Option<Place>,
    line: Option<usize>,
    message: String,
}

impl DynamicFileError {
    pub(super) fn at(place: Place, message: String) -> Self {
        Self {
            place: Some(place),
            line: place.line,
            message,
        }
    }

    /// Something within an entry, whose own text it was read from.
    pub(super) fn within(place: Place, error: JsonError) -> Self {
        let error = error.below(place.line.unwrap_or(1));
        Self {
            place: Some(place),
            line: Some(error.line()),
            message: error.message().to_owned(),
        }
    }

    /// Where the entry begins, if it is about one.
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// The line of what is wrong, from 1.
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}

impl From<JsonError> for DynamicFileError {
    fn from(error: JsonError) -> Self {
        Self {
            place: None,
            line: Some(error.line()),
            message: error.message().to_owned(),
        }
    }
}

impl fmt::Display for DynamicFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.place, self.line) {
            (Some(place), line) => write!(f, "{}: ", Place { line, ..place })?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for DynamicFileError {}
