//! A ConfigMap as YAML, as kubectl writes it.

use serde_json::Value;

use crate::failed::Failed;

/// Texts of several lines are blocks, and none is folded.
pub(super) fn of(object: &Value) -> Result<String, Failed> {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(object, options).map_err(|error| {
        Failed::new("could not write YAML").because(Failed::new(error.to_string()))
    })
}
