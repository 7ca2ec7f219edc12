//! A manifest in JSON.

use serde::Serialize as _;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Serializer, Value};

/// Written as kubectl writes it. JSON has no comments that could be lost.
pub(super) fn with_section(text: &str, key: &str, section: &str) -> Option<String> {
    let mut object: Value = serde_json::from_str(text).ok()?;
    let data = object.as_object_mut()?.entry("data");
    let data = data.or_insert(Value::Null);
    if data.is_null() {
        *data = Value::Object(Map::new());
    }
    data.as_object_mut()?.insert(key.to_owned(), section.into());
    let mut json = Vec::new();
    let mut serializer =
        Serializer::with_formatter(&mut json, PrettyFormatter::with_indent(b"    "));
    object.serialize(&mut serializer).ok()?;
    json.push(b'\n');
    String::from_utf8(json).ok()
}
