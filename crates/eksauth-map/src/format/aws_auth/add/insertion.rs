//! Where a new entry goes in the text of a section.

use super::super::super::yaml::{Document, Node, Value};
use super::NewMapping;
use super::item::{self, Style};
use crate::List;

/// The text with the entry behind the last one.
pub(super) fn insert(list: List, text: &str, document: &Document, new: &NewMapping) -> String {
    match &document.root {
        Some(root) => match &root.value {
            Value::List(items, true) => match items.last() {
                Some(last) => {
                    let item = format!(", {}", item::flow(list, new));
                    replaced(text, last.end, last.end, &item)
                }
                None => instead_of(root, list, text, new),
            },
            Value::List(items, false) => {
                let style = style(text, root, items);
                at_end(list, text, document.end, new, style)
            }
            _ if root.start < root.end => instead_of(root, list, text, new),
            _ => at_end(list, text, document.end, new, Style::default()),
        },
        None => at_end(list, text, document.end, new, Style::default()),
    }
}

/// Behind everything that belongs to the first document, comments too.
fn at_end(list: List, text: &str, end: usize, new: &NewMapping, style: Style) -> String {
    let (before, _) = text
        .split_at_checked(line_after(text, end))
        .unwrap_or((text, ""));
    let line_end = line_end(text);
    let mut item = item::block(list, new, style).join(line_end);
    item.push_str(line_end);
    if !before.is_empty() && !before.ends_with('\n') {
        item.insert_str(0, line_end);
    }
    replaced(text, before.len(), before.len(), &item)
}

/// The offset of the next line, if the rest of this one is blank or a comment.
fn line_after(text: &str, offset: usize) -> usize {
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    match after.split_once('\n') {
        Some((rest, _)) if !before.is_empty() && !before.ends_with('\n') => {
            let is_empty = rest.trim().is_empty() || rest.trim().starts_with('#');
            if is_empty {
                offset + rest.len() + 1
            } else {
                offset
            }
        }
        _ => offset,
    }
}

/// In the place of `[]` or `null`.
fn instead_of(root: &Node, list: List, text: &str, new: &NewMapping) -> String {
    let mut item = item::block(list, new, Style::default()).join(line_end(text));
    let line = line_start(text, root.start);
    let is_alone = text
        .get(line..root.start)
        .is_some_and(|it| it.trim().is_empty());
    if is_alone {
        return replaced(text, line, root.end, &item);
    }
    item.insert_str(0, line_end(text));
    replaced(text, root.start, root.end, &item)
}

fn replaced(text: &str, start: usize, end: usize, with: &str) -> String {
    let before = text.get(..start).unwrap_or(text);
    let after = text.get(end..).unwrap_or_default();
    [before, with, after].concat()
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The offset of the first byte of the line of an offset.
fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

fn column(text: &str, offset: usize) -> usize {
    offset - line_start(text, offset).min(offset)
}

/// How the entries that are there are indented.
fn style(text: &str, root: &Node, items: &[Node]) -> Style {
    let default = Style::default();
    let gap = items.iter().find_map(|item| {
        let between = text.get(root.start + 1..item.start)?;
        let is_blank = !between.is_empty() && between.chars().all(|c| c == ' ');
        is_blank.then_some(between.len())
    });
    let groups = items
        .iter()
        .rev()
        .find_map(|item| groups_indent(text, item));
    Style {
        indent: column(text, root.start),
        gap: gap.unwrap_or(default.gap),
        groups: groups.unwrap_or(default.groups),
    }
}

/// How much further than `groups` its dashes are indented, if an entry has it as a block.
fn groups_indent(text: &str, item: &Node) -> Option<usize> {
    let Value::Map(pairs) = &item.value else {
        return None;
    };
    pairs.iter().find_map(|(key, value)| match &value.value {
        Value::List(groups, false) if key.text() == Some("groups") => {
            let first = groups.first()?;
            let line = text.get(line_start(text, first.start)..first.start)?;
            let dash = line.find('-')?;
            dash.checked_sub(column(text, key.start))
        }
        _ => None,
    })
}
