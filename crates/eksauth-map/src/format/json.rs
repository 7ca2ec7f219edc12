//! JSON as Go reads it: keys in any case, unknown ones ignored, `null` for nothing. Types are strict.

mod error;
mod seeds;

pub use error::JsonError;
pub(super) use seeds::{Filled, PairsOf, RawListOf, TextOf, TextsOf};

use serde::de::DeserializeSeed;

/// Reads a whole text.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Result<S::Value, JsonError> {
    let mut from = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut from);
    let whole = value.and_then(|value| from.end().map(|()| value));
    whole.map_err(|error| JsonError::new(&error))
}
