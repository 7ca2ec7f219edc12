//! The tree.

use crate::shown::shown;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(in super::super) struct Node {
    pub(in super::super) value: Value,
    /// The line, from 1.
    pub(in super::super) line: usize,
    /// The offsets of its first byte and of the one behind it.
    pub(in super::super) start: usize,
    pub(in super::super) end: usize,
}

#[derive(Clone, Debug)]
pub(in super::super) enum Value {
    /// A scalar by its text, without quotes and escapes, and what YAML takes it for.
    Scalar(String, Kind),
    /// Its items; whether it is written in brackets.
    List(Vec<Node>, Flow),
    /// Its keys and values in their order.
    Map(Vec<(Node, Node)>),
}

/// Whether a list is written in brackets.
pub(in super::super) type Flow = bool;

/// What a scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    /// `<<` without quotes: as a key, it takes over the pairs of another mapping.
    Merge,
    /// Something with a tag that means nothing here.
    Tagged,
}

impl Node {
    pub(in super::super) fn is_null(&self) -> bool {
        matches!(self.value, Value::Scalar(_, Kind::Null))
    }

    /// Its value, if it is a text.
    pub(in super::super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text, Kind::Text | Kind::Merge) => Some(text),
            _ => None,
        }
    }

    /// What it is, as the end of "but found".
    pub(in super::super) fn described(&self) -> String {
        match &self.value {
            Value::Scalar(_, Kind::Null) => "nothing".to_owned(),
            Value::Scalar(text, Kind::Boolean) => format!("the boolean `{}`", shown(text)),
            Value::Scalar(text, Kind::Number) => format!("the number `{}`", shown(text)),
            Value::Scalar(text, Kind::Text | Kind::Merge) => format!("the text `{}`", shown(text)),
            Value::Scalar(text, Kind::Tagged) => format!("the tagged value `{}`", shown(text)),
            Value::List(..) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
        }
    }

    /// Whether two trees hold the same values, wherever they stand.
    pub(in super::super) fn says_the_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Scalar(a, kind), Value::Scalar(b, other_kind)) => a == b && kind == other_kind,
            (Value::List(a, _), Value::List(b, _)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_the_same(b))
            }
            (Value::Map(a), Value::Map(b)) => {
                let same = |(a, b): (&(Self, Self), &(Self, Self))| {
                    a.0.says_the_same(&b.0) && a.1.says_the_same(&b.1)
                };
                a.len() == b.len() && a.iter().zip(b).all(same)
            }
            _ => false,
        }
    }

    /// How many bytes and nodes it holds, and how many levels.
    pub(super) fn weight_and_depth(&self) -> (usize, usize) {
        let add = |(weight, depth): (usize, usize), node: &Self| {
            let (more, deep) = node.weight_and_depth();
            (weight + more, depth.max(deep + 1))
        };
        match &self.value {
            Value::Scalar(text, _) => (1 + text.len(), 0),
            Value::List(items, _) => items.iter().fold((1, 1), add),
            Value::Map(pairs) => pairs
                .iter()
                .flat_map(|(key, value)| [key, value])
                .fold((1, 1), add),
        }
    }
}
