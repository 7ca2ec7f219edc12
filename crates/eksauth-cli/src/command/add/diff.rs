//! What changes in a text, where something was put into it.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// Lines that are shown before and behind what changes.
const CONTEXT: usize = 3;

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();

/// The one part of a text that changes, with some lines around it.
pub(super) struct Diff<'a> {
    title: String,
    before: Vec<&'a str>,
    removed: Vec<&'a str>,
    added: Vec<&'a str>,
    behind: Vec<&'a str>,
}

impl<'a> Diff<'a> {
    pub(super) fn new(title: String, old: &'a str, new: &'a str) -> Self {
        let old: Vec<&str> = old.lines().collect();
        let new: Vec<&str> = new.lines().collect();
        let same = |(a, b): &(&&str, &&str)| a == b;
        let head = old.iter().zip(&new).take_while(same).count();
        let (same_start, old) = old.split_at(head);
        let (_, new) = new.split_at(head);
        let tail = old
            .iter()
            .rev()
            .zip(new.iter().rev())
            .take_while(same)
            .count();
        let (removed, same_end) = old.split_at(old.len() - tail);
        let (added, _) = new.split_at(new.len() - tail);
        Self {
            title,
            before: same_start
                .iter()
                .skip(head.saturating_sub(CONTEXT))
                .copied()
                .collect(),
            removed: removed.to_vec(),
            added: added.to_vec(),
            behind: same_end.iter().take(CONTEXT).copied().collect(),
        }
    }
}

impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.title)?;
        let plain = Style::new();
        for (sign, style, lines) in [
            (' ', plain, &self.before),
            ('-', REMOVED, &self.removed),
            ('+', ADDED, &self.added),
            (' ', plain, &self.behind),
        ] {
            for line in lines {
                write!(f, "\n{style}{sign} {}{style:#}", visible(line))?;
            }
        }
        Ok(())
    }
}

/// The text comes from a cluster: it does not get to move the cursor.
fn visible(line: &str) -> String {
    let escaped = |c: char| match c.is_control() {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    line.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let text = Diff::new("mapRoles".to_owned(), old, new).to_string();
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn what_is_added_is_shown_with_the_lines_around_it() {
        for (old, new, expected) in [
            ("", "- a\n  b\n", "mapRoles:\n+ - a\n+   b"),
            (
                "1\n2\n3\n4\n",
                "1\n2\n3\n4\n5\n",
                "mapRoles:\n  2\n  3\n  4\n+ 5",
            ),
            ("a\nc\n", "a\nb\nc\n", "mapRoles:\n  a\n+ b\n  c"),
            ("[]\n", "- a\n", "mapRoles:\n- []\n+ - a"),
            ("[a]", "[a, b]", "mapRoles:\n- [a]\n+ [a, b]"),
            ("a\na\n", "a\na\na\n", "mapRoles:\n  a\n  a\n+ a"),
        ] {
            assert_eq!(shown(old, new), expected, "{old:?}");
        }
    }

    #[test]
    fn a_line_cannot_move_the_cursor() {
        let text = shown("", "- \u{1b}[2Ja\n");
        assert_eq!(text, "mapRoles:\n+ - \\u{1b}[2Ja");
    }
}
