//! What is wrong with a list of mappings, and what came of it.

use std::fmt;

use crate::List;

/// Something in a list of mappings that was probably not meant so.
///
/// It displays as one line that says where, what was expected and found, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    list: List,
    index: Option<usize>,
    line: Option<usize>,
    message: String,
    effect: Effect,
}

/// What came of a [`Trouble`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing that counts is lost.
    Noted,
    /// A value counts as empty.
    ValueEmptied,
    /// An entry counts for nothing; the others stay.
    EntryDropped,
    /// The whole list counts as empty.
    ListEmptied,
    /// The list stays what it was before this text.
    ListKept,
}

impl Trouble {
    pub(super) fn of_list(list: List, effect: Effect, message: impl Into<String>) -> Self {
        Self {
            list,
            index: None,
            line: None,
            message: message.into(),
            effect,
        }
    }

    #[must_use]
    pub(super) fn in_entry(self, index: usize) -> Self {
        Self {
            index: Some(index),
            ..self
        }
    }

    #[must_use]
    pub(super) fn on_line(self, line: usize) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }

    /// The list it is about.
    pub fn list(&self) -> List {
        self.list
    }

    /// The position of the entry, from 0, unless it is about the whole list.
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// The line, from 1, in the text that was read: for `aws-auth` that of the section alone.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// List, entry and line, for a person.
    pub fn place(&self) -> String {
        let mut place = self.list.key().to_owned();
        if let Some(index) = self.index {
            place.push_str(&format!("[{index}]"));
        }
        if let Some(line) = self.line {
            place.push_str(&format!(", line {line}"));
        }
        place
    }

    /// What was expected and what was found, without where.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What came of it.
    pub fn effect(&self) -> Effect {
        self.effect
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.message)?;
        match self.effect {
            Effect::Noted => Ok(()),
            effect => write!(f, "; {effect}"),
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Noted => "nothing is lost",
            Self::ValueEmptied => "the value counts as empty",
            Self::EntryDropped => "the entry is dropped",
            Self::ListEmptied => "the list counts as empty",
            Self::ListKept => "the last good list stays",
        })
    }
}
