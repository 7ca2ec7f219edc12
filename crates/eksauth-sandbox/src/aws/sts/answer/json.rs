//! Answers in JSON, which STS gives to whoever asks for it.

use serde_json::{Map, Value};

use super::Node;

pub(super) fn document(content: &Node) -> String {
    value(content).to_string()
}

fn value(node: &Node) -> Value {
    match node {
        Node::Text(text) => Value::String(text.clone()),
        // Seconds since 1970, where XML has a date.
        Node::Time(at) => at.as_second().into(),
        Node::Branch(children) => {
            let children = children.iter();
            let members = children.map(|(name, child)| ((*name).to_owned(), value(child)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}
