//! The end of a log, for an error.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

const LINES: usize = 10;

/// In characters. Lines of these logs are long when they hold a dump.
const LONGEST_LINE: usize = 400;

/// In bytes: more than as many lines need.
const LOOKED_AT: u64 = 64 * 1024;

/// The last lines of a log, each on a line of its own and below the text before it.
pub(super) fn tail(log: &Path) -> String {
    let text = end_of(log).unwrap_or_else(|error| format!("(could not read its log: {error})"));
    let lines: Vec<&str> = text.lines().filter(|it| !it.trim().is_empty()).collect();
    let last = lines
        .get(lines.len().saturating_sub(LINES)..)
        .unwrap_or_default();
    match last {
        [] => " (none)".to_owned(),
        last => last
            .iter()
            .map(|it| format!("\n    {}", shown(it)))
            .collect(),
    }
}

fn shown(line: &str) -> String {
    let mut shown: String = line
        .chars()
        .take(LONGEST_LINE)
        .flat_map(shown_char)
        .collect();
    if line.chars().nth(LONGEST_LINE).is_some() {
        shown.push('…');
    }
    shown
}

/// Quotes stay as they are: logs are full of them.
fn shown_char(character: char) -> impl Iterator<Item = char> {
    let (plain, escaped) = match character.is_ascii_graphic() || character == ' ' {
        true => (Some(character), None),
        false => (None, Some(character.escape_default())),
    };
    plain.into_iter().chain(escaped.into_iter().flatten())
}

fn end_of(log: &Path) -> io::Result<String> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LOOKED_AT)))?;
    let mut bytes = Vec::new();
    file.take(LOOKED_AT).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail_of(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        std::fs::write(&log, text).unwrap();
        tail(&log)
    }

    #[test]
    fn the_last_lines_are_told() {
        let text: String = (0..100).map(|it| format!("line \"{it}\"\n\n")).collect();
        let tail = tail_of(&text);
        assert!(tail.starts_with("\n    line \"90\"\n"), "{tail}");
        assert!(tail.ends_with("\n    line \"99\""), "{tail}");
    }

    #[test]
    fn a_line_is_cut_and_harmless() {
        let tail = tail_of(&format!("\u{1b}[31m{}\n", "x".repeat(1000)));
        assert!(tail.starts_with("\n    \\u{1b}[31mxxx"), "{tail}");
        assert!(tail.ends_with("x…") && tail.len() < 500, "{tail}");
    }

    #[test]
    fn an_empty_log_is_told_as_such() {
        assert_eq!(tail_of(""), " (none)");
    }
}
