//! A whole ConfigMap in a file, as `kubectl get configmap -o yaml` writes it.

use std::collections::BTreeMap;

use super::super::yaml::{self, Kind, Node, Value, YamlError};
use crate::shown::shown;

/// The most that a manifest may hold: an object with every character escaped.
const MAX_BYTES: usize = 8 << 20;

/// The `data` of a ConfigMap in YAML or JSON.
///
/// # Errors
///
/// [`ManifestError`] when it is no ConfigMap, or one that Kubernetes would refuse.
///
/// # Examples
///
/// ```
/// use eksauth_map::aws_auth::data_of_manifest;
///
/// let data = data_of_manifest("{kind: ConfigMap, data: {mapAccounts: '[012345678901]'}}")?;
/// assert_eq!(data["mapAccounts"], "[012345678901]");
///
/// let error = data_of_manifest("{kind: ConfigMap, data: {mapAccounts: [012345678901]}}");
/// assert!(error.unwrap_err().to_string().contains("write `mapAccounts: |`"));
/// # Ok::<(), eksauth_map::aws_auth::ManifestError>(())
/// ```
pub fn data_of_manifest(text: &str) -> Result<BTreeMap<String, String>, ManifestError> {
    let document = yaml::parse(text, MAX_BYTES)?;
    if document.more {
        return Err(ManifestError::MoreDocuments);
    }
    let Some(root) = &document.root else {
        return Err(not_a_config_map("nothing".to_owned()));
    };
    let Value::Map(pairs) = &root.value else {
        return Err(not_a_config_map(root.described()));
    };
    match value(pairs, "kind") {
        Some(kind) if kind.text() == Some("ConfigMap") => {}
        Some(kind) => return Err(not_a_config_map(kind.described())),
        None => return Err(not_a_config_map("no `kind`".to_owned())),
    }
    match value(pairs, "data") {
        Some(data) if !data.is_null() => texts(data),
        _ => Ok(BTreeMap::new()),
    }
}

fn texts(data: &Node) -> Result<BTreeMap<String, String>, ManifestError> {
    let Value::Map(pairs) = &data.value else {
        return Err(ManifestError::Data {
            line: data.line,
            found: data.described(),
        });
    };
    let mut texts = BTreeMap::new();
    for (key, value) in pairs {
        let Value::Scalar(name, _) = &key.value else {
            return Err(ManifestError::Data {
                line: key.line,
                found: format!("{} as a key", key.described()),
            });
        };
        let text = match &value.value {
            Value::Scalar(_, Kind::Null) => "",
            Value::Scalar(text, Kind::Text | Kind::Merge) => text,
            _ => {
                return Err(ManifestError::NotAText {
                    line: key.line,
                    key: shown(name),
                    found: value.described(),
                });
            }
        };
        texts.insert(name.clone(), text.to_owned());
    }
    Ok(texts)
}

/// The last value of a key; Kubernetes minds its case.
fn value<'a>(pairs: &'a [(Node, Node)], key: &str) -> Option<&'a Node> {
    let mut values = pairs.iter().rev();
    let (_, value) = values.find(|(name, _)| name.text() == Some(key))?;
    Some(value)
}

fn not_a_config_map(found: String) -> ManifestError {
    ManifestError::Kind { found }
}

/// A text that is no ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is neither YAML nor JSON.
    #[error("expected a ConfigMap, but could not read the text")]
    Syntax(#[from] YamlError),
    /// It is more than one object.
    #[error("expected one ConfigMap, but found several documents: keep it in a file of its own")]
    MoreDocuments,
    /// It is something else.
    #[error("expected an object with `kind: ConfigMap`, but found {found}")]
    Kind {
        /// What stands there instead.
        found: String,
    },
    /// Its `data` is no mapping of texts.
    #[error("expected texts by their names as `data`, but found {found} on line {line}")]
    Data {
        /// The line, from 1.
        line: usize,
        /// What stands there instead.
        found: String,
    },
    /// A value of its `data` is no text: mostly, the bar that makes it one is missing.
    #[error(
        "expected a text as `data.{key}`, but found {found} on line {line}: write `{key}: |`, with the \
         list indented below"
    )]
    NotAText {
        /// The line of the key, from 1.
        line: usize,
        /// The key, escaped and cut to a readable length.
        key: String,
        /// What stands there instead.
        found: String,
    },
}
