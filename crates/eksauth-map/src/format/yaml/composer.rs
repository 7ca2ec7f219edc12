//! From events to the tree, with limits on what aliases can blow up.

use std::collections::HashMap;

use granit_parser::{Event, Span, StructureStyle};

use super::node::{Kind, Node, Value};
use super::{DEEPEST, ItemSink, YamlError, scalar};

/// What aliases may add to a text, in bytes and nodes, beside its own length.
const ALIASES_MAY_ADD: usize = 1 << 20;

/// Builds the tree of one document.
pub(super) struct Composer<'s, S> {
    sink: &'s mut S,
    open: Vec<Open>,
    root: Option<Node>,
    /// What has been anchored; an alias repeats it.
    anchored: HashMap<usize, Node>,
    /// What may still be copied.
    budget: usize,
}

/// A list or a mapping that has not ended yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<Node>,
    /// Whether its items go to the sink.
    sinks: bool,
}

impl Open {
    /// The text of the key whose value comes next, unless that may be repeated or merged elsewhere.
    fn key_of_its_own(&self) -> Option<&str> {
        match &self.key.as_ref()?.value {
            Value::Scalar(text, kind) if *kind != Kind::Merge && self.anchor == 0 => Some(text),
            _ => None,
        }
    }
}

impl<'s, S: ItemSink> Composer<'s, S> {
    pub(super) fn new(text_len: usize, sink: &'s mut S) -> Self {
        Self {
            sink,
            open: Vec::new(),
            root: None,
            anchored: HashMap::new(),
            budget: text_len + ALIASES_MAY_ADD,
        }
    }

    pub(super) fn into_root(self) -> Option<Node> {
        self.root
    }

    pub(super) fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = scalar::kind(&text, style, tag.as_deref());
                self.add(node(Value::Scalar(text.into_owned(), kind), span), anchor)
            }
            Event::SequenceStart(style, anchor, _) => {
                let flow = matches!(style, StructureStyle::Flow);
                self.begin(node(Value::List(Vec::new(), flow), span), anchor)
            }
            Event::MappingStart(_, anchor, _) => {
                self.begin(node(Value::Map(Vec::new()), span), anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.repeat(anchor, span),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, node: Node, anchor: usize) -> Result<(), YamlError> {
        if self.open.len() >= DEEPEST {
            return Err(too_deep(node.line));
        }
        let sinks = anchor == 0 && self.sinks(&node);
        self.open.push(Open {
            node,
            anchor,
            key: None,
            sinks,
        });
        Ok(())
    }

    /// Whether the sink takes the items of a list that begins here. What an alias may repeat stays in the
    /// tree.
    fn sinks(&mut self, node: &Node) -> bool {
        if !matches!(node.value, Value::List(..)) {
            return false;
        }
        // A list in a list has no key.
        let keys: Option<Vec<&str>> = self.open.iter().map(Open::key_of_its_own).collect();
        keys.is_some_and(|keys| self.sink.begin(&keys, node.start))
    }

    fn end(&mut self, span: Span) -> Result<(), YamlError> {
        match self.open.pop() {
            Some(mut open) => {
                open.node.end = span.end.byte_offset().unwrap_or_default();
                self.add(open.node, open.anchor)
            }
            None => Ok(()),
        }
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), YamlError> {
        if anchor != 0 {
            self.budget = self.spend(&node, node.line)?;
            self.anchored.insert(anchor, node.clone());
        }
        self.place(node);
        Ok(())
    }

    fn repeat(&mut self, anchor: usize, span: Span) -> Result<(), YamlError> {
        let line = span.start.line();
        let Some(anchored) = self.anchored.get(&anchor) else {
            return Err(YamlError::at(
                line,
                "expected an alias of something before it, but found one of what it is part of",
            ));
        };
        self.budget = self.spend(anchored, line)?;
        let node = self::node(anchored.value.clone(), span);
        self.place(node);
        Ok(())
    }

    /// What may still be copied after a copy of a node.
    fn spend(&self, node: &Node, line: usize) -> Result<usize, YamlError> {
        let (weight, depth) = node.weight_and_depth();
        if self.open.len() + depth > DEEPEST {
            return Err(too_deep(line));
        }
        self.budget.checked_sub(weight).ok_or_else(|| {
            YamlError::at(
                line,
                "expected aliases of little, but found too many of too much",
            )
        })
    }

    fn place(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.node.value {
            Value::List(..) if open.sinks => self.sink.take(node),
            Value::List(items, _) => items.push(node),
            Value::Map(pairs) => match open.key.take() {
                Some(key) => pairs.push((key, node)),
                None => open.key = Some(node),
            },
            Value::Scalar(..) => {}
        }
    }
}

fn node(value: Value, span: Span) -> Node {
    Node {
        value,
        line: span.start.line(),
        start: span.start.byte_offset().unwrap_or_default(),
        end: span.end.byte_offset().unwrap_or_default(),
    }
}

fn too_deep(line: usize) -> YamlError {
    YamlError::at(line, "expected a few levels, but found too many")
}
