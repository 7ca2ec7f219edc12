//! What becomes of a value that has not the type that its key asks for.

use super::yaml::{Kind, Node, Value};

/// How far a format goes to make sense of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    /// A value of another type is none.
    Lenient,
    /// A number is its text, and a text is a list with commas in it.
    Weak,
}

/// A value, or what was expected and found.
pub(super) type Typed<T> = Result<T, String>;

impl Typing {
    /// A text; `None` when nothing is there.
    pub(super) fn text(self, key: &str, node: &Node) -> Typed<Option<String>> {
        match &node.value {
            Value::Scalar(_, Kind::Null) => Ok(None),
            Value::Scalar(text, Kind::Text | Kind::Merge) => Ok(Some(text.clone())),
            Value::Scalar(text, kind) if self.takes(text, *kind) => Ok(Some(text.clone())),
            Value::Scalar(..) => Err(format!(
                "expected a text as `{key}`, but found {}: put it in quotes",
                node.described()
            )),
            _ => Err(format!(
                "expected a text as `{key}`, but found {}",
                node.described()
            )),
        }
    }

    /// A list of texts with their lines. One that is wrong does not spoil the others.
    pub(super) fn texts(self, key: &str, node: &Node) -> Typed<Vec<(usize, Typed<String>)>> {
        let item = |item: &Node| (item.line, self.item(key, item));
        match &node.value {
            Value::Scalar(_, Kind::Null) => Ok(Vec::new()),
            Value::List(items, _) => Ok(items.iter().map(item).collect()),
            Value::Scalar(text, Kind::Text) if self == Self::Weak => Ok(at_commas(node.line, text)),
            Value::Scalar(..) if self == Self::Weak => Ok(vec![item(node)]),
            _ => Err(format!(
                "expected a list as `{key}`, but found {}",
                node.described()
            )),
        }
    }

    fn item(self, key: &str, node: &Node) -> Typed<String> {
        self.text(key, node)?
            .ok_or_else(|| format!("expected a text in `{key}`, but found nothing"))
    }

    /// Whether a scalar without quotes stands for its own text. Only `true` and `false` are booleans
    /// to the readers that are weak.
    fn takes(self, text: &str, kind: Kind) -> bool {
        self == Self::Weak
            && match kind {
                Kind::Number => true,
                Kind::Boolean => !matches!(text.to_ascii_lowercase().as_str(), "true" | "false"),
                Kind::Null | Kind::Text | Kind::Merge | Kind::Tagged => false,
            }
    }
}

/// No text is no item; blanks are part of an item.
pub(super) fn at_commas(line: usize, text: &str) -> Vec<(usize, Typed<String>)> {
    if text.is_empty() {
        return Vec::new();
    }
    let items = text.split(',');
    items.map(|item| (line, Ok(item.to_owned()))).collect()
}
