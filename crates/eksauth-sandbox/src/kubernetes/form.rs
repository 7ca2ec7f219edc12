//! How an object is represented.

use serde_json::{Value, json};

use super::media_type::Substitute;

/// How an object is represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Object,
    /// As a row of what kubectl prints.
    Table,
    /// By its metadata alone.
    Metadata,
}

impl Form {
    pub(super) fn of(substitute: Option<Substitute<'_>>) -> Option<Self> {
        let Some(Substitute {
            kind,
            group,
            version,
        }) = substitute
        else {
            return Some(Self::Object);
        };
        match (kind, group, version) {
            ("Table", "meta.k8s.io", "v1") => Some(Self::Table),
            ("PartialObjectMetadata" | "PartialObjectMetadataList", "meta.k8s.io", "v1") => {
                Some(Self::Metadata)
            }
            _ => None,
        }
    }
}

/// An object of which there is only this metadata.
pub(super) fn partial(metadata: &Value) -> Value {
    json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
    })
}
