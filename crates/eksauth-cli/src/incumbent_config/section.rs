//! Keys and values of one level, read weakly typed: a number is as good as its digits.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::failed::Failed;
use crate::go_bool::go_bool;

/// One level of the file.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// The way to it, such as `server`.
    path: String,
    /// By the key in lower case.
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
pub(super) struct Entry {
    /// As it is written.
    pub(super) key: String,
    pub(super) value: Value,
}

impl Section {
    /// # Errors
    ///
    /// When a key is there twice, in different cases.
    pub(super) fn new(path: &str, values: Map<String, Value>) -> Result<Self, Failed> {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for (key, value) in values {
            if let Some(first) = entries.get(&key.to_lowercase()) {
                return Err(Failed::new(format!(
                    "expected the key `{}` once, but found it again as `{}`",
                    joined(path, &first.key),
                    joined(path, &key)
                )));
            }
            entries.insert(key.to_lowercase(), Entry { key, value });
        }
        Ok(Self {
            path: path.to_owned(),
            entries,
        })
    }

    /// Every key, in the order of the alphabet.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(key, it)| (key.as_str(), it))
    }

    /// What is set; `null` is as good as nothing.
    pub(super) fn value(&self, lower_key: &str) -> Option<&Value> {
        self.entry(lower_key).map(|it| &it.value)
    }

    /// The level below a key.
    pub(super) fn section(&self, lower_key: &str) -> Result<Option<Self>, Failed> {
        match self.entry(lower_key) {
            None => Ok(None),
            Some(Entry {
                key,
                value: Value::Object(values),
            }) => Self::new(&joined(&self.path, key), values.clone()).map(Some),
            Some(entry) => Err(self.wrong(entry, "keys and values")),
        }
    }

    /// A text; an empty one is as good as nothing.
    pub(super) fn text(&self, lower_key: &str) -> Result<Option<String>, Failed> {
        let Some(entry) = self.entry(lower_key) else {
            return Ok(None);
        };
        match scalar(&entry.value) {
            Some(text) => Ok(Some(text).filter(|it| !it.is_empty())),
            None => Err(self.wrong(entry, "a text")),
        }
    }

    pub(super) fn path(&self, lower_key: &str) -> Result<Option<PathBuf>, Failed> {
        Ok(self.text(lower_key)?.map(PathBuf::from))
    }

    /// A value of one word, such as a number.
    pub(super) fn parsed<T: FromStr>(
        &self,
        lower_key: &str,
        what: &str,
    ) -> Result<Option<T>, Failed> {
        let Some(entry) = self.entry(lower_key) else {
            return Ok(None);
        };
        let text = scalar(&entry.value);
        match text.as_deref().map(|it| it.trim().parse()) {
            Some(Ok(value)) => Ok(Some(value)),
            _ => Err(self.wrong(entry, what)),
        }
    }

    pub(super) fn flag(&self, lower_key: &str) -> Result<Option<bool>, Failed> {
        let Some(entry) = self.entry(lower_key) else {
            return Ok(None);
        };
        match scalar(&entry.value).as_deref().map(go_bool) {
            Some(Some(flag)) => Ok(Some(flag)),
            _ => Err(self.wrong(entry, "`true` or `false`")),
        }
    }

    /// A list of texts, or one text with blanks between them.
    pub(super) fn words(&self, lower_key: &str) -> Result<Option<Vec<String>>, Failed> {
        let Some(entry) = self.entry(lower_key) else {
            return Ok(None);
        };
        let words = match &entry.value {
            Value::Array(items) => items.iter().map(scalar).collect(),
            value => scalar(value).map(|it| it.split_whitespace().map(str::to_owned).collect()),
        };
        match words {
            Some(words) => Ok(Some(words)),
            None => Err(self.wrong(entry, "a list of texts")),
        }
    }

    /// The way to a key, as it is written.
    pub(super) fn way_to(&self, key: &str) -> String {
        joined(&self.path, key)
    }

    fn entry(&self, lower_key: &str) -> Option<&Entry> {
        let entry = self.entries.get(lower_key)?;
        Some(entry).filter(|it| !it.value.is_null())
    }

    fn wrong(&self, entry: &Entry, expected: &str) -> Failed {
        Failed::new(format!(
            "expected {expected} as `{}` in the configuration file, but found {}",
            joined(&self.path, &entry.key),
            shown(&entry.value)
        ))
    }
}

pub(super) fn joined(path: &str, key: &str) -> String {
    match path {
        "" => key.escape_default().to_string(),
        path => format!("{path}.{}", key.escape_default()),
    }
}

/// A value of one word as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A value in an error.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "keys and values".to_owned(),
        value => {
            let text = scalar(value).unwrap_or_default();
            format!("`{}`", text.escape_default().take(80).collect::<String>())
        }
    }
}
