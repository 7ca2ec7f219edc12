//! Foreign text in log lines.

use std::fmt::{self, Write as _};

/// More than any ARN or user name that works.
const LONGEST: usize = 512;

/// Shows a text escaped and cut, so that it stays in its line and its field.
pub(super) struct Visible<'a>(pub(super) &'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nearly every text is one that is shown as it is.
        if self.0.len() <= LONGEST && self.0.bytes().all(is_shown_as_it_is) {
            return f.write_str(self.0);
        }
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(LONGEST) {
            write!(f, "{}", character.escape_default())?;
        }
        match characters.next() {
            Some(_) => f.write_char('…'),
            None => Ok(()),
        }
    }
}

/// What [`char::escape_default`] does not escape.
fn is_shown_as_it_is(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\'' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_in_its_line_and_ends() {
        assert_eq!(Visible("a\nb\u{1b}[31m").to_string(), "a\\nb\\u{1b}[31m");
        let long = "x".repeat(LONGEST + 1);
        let shown = Visible(&long).to_string();
        assert_eq!(shown.chars().count(), LONGEST + 1);
        assert!(shown.ends_with('…'));
        assert_eq!(Visible(&long[1..]).to_string(), long[1..]);
    }

    #[test]
    fn what_is_shown_as_it_is_would_not_be_escaped() {
        for byte in 0..=u8::MAX {
            let character = char::from(byte);
            let is_plain = byte.is_ascii() && character.escape_default().eq([character]);
            assert_eq!(is_shown_as_it_is(byte), is_plain, "{byte}");
        }
    }
}
