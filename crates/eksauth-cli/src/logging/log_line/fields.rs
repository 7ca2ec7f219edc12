//! What an event tells beside its message.

use std::fmt::{self, Write as _};
use std::ops::Range;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use tracing::field::{Field, Visit};

/// Values by their names, in the order of these, as logrus has them.
///
/// A server tells of each request: the texts of all values stand in one buffer.
#[derive(Default)]
pub(super) struct Fields {
    texts: String,
    message: Range<usize>,
    /// In the order of their names, each once.
    values: Vec<(&'static str, Kept)>,
}

enum Kept {
    /// Where in `texts`.
    Text(Range<usize>),
    Scalar(Value),
}

/// What a field tells.
pub(super) enum Told<'a> {
    Text(&'a str),
    /// No text: a number or a boolean.
    Scalar(&'a Value),
}

impl Fields {
    /// The message of an event, and its fields.
    pub(super) fn of(event: &tracing::Event<'_>) -> Self {
        let mut fields = Self::default();
        event.record(&mut fields);
        fields
    }

    /// A message and one field.
    pub(super) fn told(message: &str, name: &'static str, value: Value) -> Self {
        let mut fields = Self::default();
        fields.message = fields.push(format_args!("{message}"));
        fields.insert(name, Kept::Scalar(value));
        fields
    }

    pub(super) fn message(&self) -> &str {
        self.texts.get(self.message.clone()).unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, Told<'_>)> {
        self.values.iter().map(|(name, kept)| {
            let told = match kept {
                Kept::Text(range) => Told::Text(self.texts.get(range.clone()).unwrap_or_default()),
                Kept::Scalar(value) => Told::Scalar(value),
            };
            (*name, told)
        })
    }

    /// Adds a field.
    pub(super) fn set(&mut self, name: &'static str, text: &str) {
        let kept = Kept::Text(self.push(format_args!("{text}")));
        self.insert(name, kept);
    }

    /// Adds a field with the message.
    pub(super) fn set_message(&mut self, name: &'static str) {
        let kept = Kept::Text(self.message.clone());
        self.insert(name, kept);
    }

    fn push(&mut self, text: fmt::Arguments<'_>) -> Range<usize> {
        let start = self.texts.len();
        // A value that cannot be told is cut.
        let _ = self.texts.write_fmt(text);
        start..self.texts.len()
    }

    fn add_text(&mut self, field: &Field, text: fmt::Arguments<'_>) {
        let range = self.push(text);
        match field.name() {
            "message" => self.message = range,
            name => self.insert(beside_the_line(name), Kept::Text(range)),
        }
    }

    fn add_scalar(&mut self, field: &Field, value: Value) {
        self.insert(beside_the_line(field.name()), Kept::Scalar(value));
    }

    /// Of several with one name the last counts.
    fn insert(&mut self, name: &'static str, kept: Kept) {
        match self.values.binary_search_by_key(&name, |(other, _)| other) {
            Ok(at) => {
                if let Some((_, before)) = self.values.get_mut(at) {
                    *before = kept;
                }
            }
            Err(at) => self.values.insert(at, (name, kept)),
        }
    }
}

/// The line has these names itself.
fn beside_the_line(name: &'static str) -> &'static str {
    match name {
        "level" => "fields.level",
        "msg" => "fields.msg",
        "time" => "fields.time",
        name => name,
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add_scalar(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add_scalar(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add_scalar(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add_scalar(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add_text(field, format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add_text(field, format_args!("{value:?}"));
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (name, told) in self.iter() {
            match told {
                Told::Text(text) => map.serialize_entry(name, text)?,
                Told::Scalar(value) => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}
