//! The lines of `data`.

use std::ops::Range;

use super::block;

/// How keys below `data` are indented where there are none yet.
pub(super) const INDENT: usize = 2;

/// `data:` at the start of a line, and what is below it.
pub(super) struct Data {
    line: usize,
    /// The line behind it.
    end: usize,
    /// Whether it says that there is nothing, as `{}` does.
    is_written_empty: bool,
    indent: usize,
}

impl Data {
    /// `Some(None)` if there is none, `None` if it is written in another way.
    pub(super) fn find(lines: &[&str]) -> Option<Option<Self>> {
        let Some(line) = lines.iter().position(|it| value_of(it, "data").is_some()) else {
            return Some(None);
        };
        let value = value_of(lines.get(line)?, "data")?;
        let (value, _) = without_comment(value);
        if !matches!(value, "" | "{}" | "null" | "~") {
            return None;
        }
        let below = lines.get(line + 1..)?;
        let indented = below
            .iter()
            .take_while(|it| is_nothing(it) || it.starts_with(' '));
        let end = indented
            .enumerate()
            // What looks like a comment may be the last line of a block.
            .filter(|(_, it)| it.starts_with(' ') && !it.trim().is_empty())
            .last()
            .map_or(0, |(index, _)| index + 1);
        let first = below.iter().take(end).find(|it| !is_nothing(it));
        Some(Some(Self {
            line,
            end: line + 1 + end,
            is_written_empty: !value.is_empty(),
            indent: first.map_or(INDENT, |it| indent(it)),
        }))
    }

    /// All lines, with the section in the place of the old one, or behind the others.
    pub(super) fn with_section(&self, lines: &[&str], key: &str, section: &str) -> Vec<String> {
        let old = self.section(lines, key);
        let comment = old.clone().and_then(|it| lines.get(it.start));
        let comment = comment.and_then(|it| comment_of(it, key));
        let old = old.unwrap_or(self.end..self.end);
        let part = |range: Range<usize>| {
            let lines = lines.get(range).unwrap_or_default();
            lines.iter().map(|&it| it.to_owned())
        };
        let heading = part(self.line..self.line + 1).map(|it| match self.is_written_empty {
            true => "data:".to_owned(),
            false => it,
        });
        part(0..self.line)
            .chain(heading)
            .chain(part(self.line + 1..old.start))
            .chain(block::lines(key, section, self.indent, comment))
            .chain(part(old.end..lines.len()))
            .collect()
    }

    /// The lines of a section, its key the first.
    fn section(&self, lines: &[&str], key: &str) -> Option<Range<usize>> {
        let is_it =
            |line: &&str| indent(line) == self.indent && value_of(line.trim_start(), key).is_some();
        let below = lines.get(self.line + 1..self.end)?;
        let start = below.iter().position(is_it)?;
        let is_inside = |it: &&&str| it.trim().is_empty() || indent(it) > self.indent;
        let inside = below.get(start + 1..)?.iter().take_while(is_inside);
        let last = inside
            .enumerate()
            .filter(|(_, it)| !it.trim().is_empty())
            .last()
            .map_or(0, |(index, _)| index + 1);
        let start = self.line + 1 + start;
        Some(start..start + 1 + last)
    }
}

/// The rest of a line that starts with this key, perhaps in quotes.
fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let spellings = [key.to_owned(), format!("\"{key}\""), format!("'{key}'")];
    let value = spellings
        .iter()
        .find_map(|it| line.strip_prefix(it.as_str())?.strip_prefix(':'))?;
    (value.is_empty() || value.starts_with(' ')).then_some(value)
}

/// The comment behind the header of a block.
fn comment_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let value = value_of(line.trim_start(), key)?;
    match without_comment(value) {
        (header, Some(comment)) if header.starts_with(['|', '>']) => Some(comment),
        _ => None,
    }
}

fn without_comment(value: &str) -> (&str, Option<&str>) {
    match value.find(" #").and_then(|it| value.split_at_checked(it)) {
        Some((value, comment)) => (value.trim(), Some(comment.trim())),
        None => (value.trim(), None),
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Nothing of YAML: blank, or a comment.
fn is_nothing(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}
