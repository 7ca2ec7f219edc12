//! What an event tells beside its message.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use tracing::field::{Field, Visit};

/// Values by their names, in the order of these, as logrus has them.
#[derive(Default)]
pub(super) struct Fields(BTreeMap<String, Value>);

impl Fields {
    /// The message of an event, and its fields.
    pub(super) fn of(event: &tracing::Event<'_>) -> (String, Self) {
        let mut fields = Self::default();
        event.record(&mut fields);
        match fields.0.remove("message") {
            Some(Value::String(message)) => (message, fields),
            _ => (String::new(), fields),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    pub(super) fn set(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text.into());
    }

    pub(super) fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.0)
    }

    fn add(&mut self, field: &Field, value: Value) {
        // The line has these names itself.
        let name = match field.name() {
            name @ ("level" | "msg" | "time") => format!("fields.{name}"),
            name => name.to_owned(),
        };
        self.0.insert(name, value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format!("{value:?}").into());
    }
}
