//! What has been done.

use std::fmt;

use serde_json::Value;

use super::new::New;

/// A mapping that was added.
#[derive(Debug)]
pub(crate) struct Added {
    who: String,
    list: &'static str,
    place: String,
    /// The ConfigMap as it is now.
    pub(super) config_map: Value,
}

impl Added {
    pub(super) fn new(new: &New, place: String, config_map: Value) -> Self {
        Self {
            who: new.who(),
            list: new.list.key(),
            place,
            config_map: without_managed_fields(config_map),
        }
    }
}

impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            who, list, place, ..
        } = self;
        write!(f, "added {who} to {list} of {place}")
    }
}

/// Who has set which field is for the API server, not for people: kubectl leaves it out, too.
fn without_managed_fields(mut object: Value) -> Value {
    if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
        metadata.remove("managedFields");
    }
    object
}
