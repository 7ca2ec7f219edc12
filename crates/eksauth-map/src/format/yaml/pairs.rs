//! The pairs of a mapping, by the spelling of their keys.

use std::collections::BTreeMap;

use super::{Kind, Node, Value};
use crate::shown::shown;

/// The values of a mapping in the order of the spellings of their keys.
///
/// Of a spelling that repeats, the last value counts. In this order the lexically last spelling comes
/// last where several differ in their case only, as in JSON that Go has written: `rolearn` comes
/// after `roleARN`.
#[derive(Debug, Default)]
pub(in super::super) struct Pairs<'a> {
    by_spelling: BTreeMap<&'a str, &'a Node>,
    /// What is odd about the keys, with the lines.
    pub(in super::super) odd: Vec<(usize, String)>,
}

impl<'a> Pairs<'a> {
    pub(in super::super) fn of(pairs: &'a [(Node, Node)]) -> Self {
        let mut found = Self::default();
        found.take_over_merged(pairs);
        let mut own = BTreeMap::new();
        for (key, value) in pairs {
            match &key.value {
                Value::Scalar(_, Kind::Merge) => {}
                Value::Scalar(text, _) => {
                    if own.insert(text.as_str(), value).is_some() {
                        let message = format!(
                            "expected the key `{}` once, but found it again, and the last one counts",
                            shown(text)
                        );
                        found.odd.push((key.line, message));
                    }
                }
                _ => found.odd.push(expected("a text as a key", key)),
            }
        }
        found.by_spelling.extend(own);
        found
    }

    pub(in super::super) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a Node)> {
        self.by_spelling.iter().map(|(key, value)| (*key, *value))
    }

    /// The value of a key in whichever case.
    pub(in super::super) fn get(&self, key: &str) -> Option<&'a Node> {
        let spelled = |(spelling, _): &(&str, _)| spelling.eq_ignore_ascii_case(key);
        self.iter().filter(spelled).last().map(|(_, value)| value)
    }

    /// The pairs of the mappings behind `<<`, of which the first that has a key counts.
    fn take_over_merged(&mut self, pairs: &'a [(Node, Node)]) {
        for (key, value) in pairs {
            match (&key.value, &value.value) {
                (Value::Scalar(_, Kind::Merge), Value::List(items, _)) => {
                    for item in items.iter().rev() {
                        self.take_over(item);
                    }
                }
                (Value::Scalar(_, Kind::Merge), _) => self.take_over(value),
                _ => {}
            }
        }
    }

    fn take_over(&mut self, node: &'a Node) {
        match &node.value {
            Value::Map(pairs) => {
                let other = Self::of(pairs);
                self.by_spelling.extend(other.by_spelling);
                self.odd.extend(other.odd);
            }
            _ => self.odd.push(expected("a mapping behind `<<`", node)),
        }
    }
}

fn expected(what: &str, found: &Node) -> (usize, String) {
    let message = format!("expected {what}, but found {}", found.described());
    (found.line, message)
}
