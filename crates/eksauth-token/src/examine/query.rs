//! The query of a presigned request, read once and without ambiguity.

use std::borrow::Cow;
use std::ops::ControlFlow;

use percent_encoding::percent_decode_str;

use crate::Problem;

use super::Report;

/// The parameters that a presigned request may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameter {
    Action,
    Version,
    Algorithm,
    Credential,
    Date,
    Expires,
    SecurityToken,
    Signature,
    SignedHeaders,
}

const NAMES: [(&str, Parameter); 9] = [
    ("Action", Parameter::Action),
    ("Version", Parameter::Version),
    ("X-Amz-Algorithm", Parameter::Algorithm),
    ("X-Amz-Credential", Parameter::Credential),
    ("X-Amz-Date", Parameter::Date),
    ("X-Amz-Expires", Parameter::Expires),
    ("X-Amz-Security-Token", Parameter::SecurityToken),
    ("X-Amz-Signature", Parameter::Signature),
    ("X-Amz-SignedHeaders", Parameter::SignedHeaders),
];

/// One slot a parameter: whatever was smuggled in beside the first occurrence is a [`Problem`], and
/// nothing reads it.
#[derive(Default)]
pub(super) struct Parameters<'q> {
    slots: [Option<Occurrence<'q>>; NAMES.len()],
}

struct Occurrence<'q> {
    name: Cow<'q, str>,
    encoded_value: &'q str,
}

impl<'q> Parameters<'q> {
    /// Reads a query. `None` when it is malformed as a whole.
    ///
    /// Two spellings of one name are reported before unknown and repeated names, wherever they
    /// stand.
    pub(super) fn parse(query: &'q str, report: Report<'_>) -> ControlFlow<(), Option<Self>> {
        if !is_unambiguous(query) {
            return ControlFlow::Continue(None);
        }
        let mut parameters = Self::default();
        let mut later = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            if let Some(problem) = parameters.take(Occurrence::parse(pair)) {
                match problem {
                    Problem::ParameterSpelledTwice { .. } => report(problem)?,
                    problem => later.push(problem),
                }
            }
        }
        for problem in later {
            report(problem)?;
        }
        ControlFlow::Continue(Some(parameters))
    }

    pub(super) fn get(&self, parameter: Parameter) -> Option<Cow<'q, str>> {
        self.slots[parameter as usize]
            .as_ref()
            .map(|it| decode(it.encoded_value))
    }

    /// Without decoding its value, which may be long.
    pub(super) fn has(&self, parameter: Parameter) -> bool {
        self.slots[parameter as usize].is_some()
    }

    fn take(&mut self, occurrence: Occurrence<'q>) -> Option<Problem> {
        let known = NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&occurrence.name));
        let Some((name, parameter)) = known else {
            return Some(Problem::UnknownParameter {
                name: shown_name(&occurrence.name),
            });
        };
        match &mut self.slots[*parameter as usize] {
            Some(first) if first.name != occurrence.name => {
                Some(Problem::ParameterSpelledTwice { name })
            }
            Some(_) => Some(Problem::RepeatedParameter { name }),
            empty => {
                *empty = Some(occurrence);
                None
            }
        }
    }
}

impl<'q> Occurrence<'q> {
    fn parse(pair: &'q str) -> Self {
        let (name, encoded_value) = pair.split_once('=').unwrap_or((pair, ""));
        Self {
            name: decode(name),
            encoded_value,
        }
    }
}

/// Whether every program decodes this alike: no stray `%`, no `;`, and no encoded byte outside
/// ASCII, of which the protocol has none.
fn is_unambiguous(query: &str) -> bool {
    let bytes = query.as_bytes();
    let stray =
        |at: &[u8]| (at[0] == b'%') & !(matches!(at[1], b'0'..=b'7') & at[2].is_ascii_hexdigit());
    // Without an early exit, so that the compiler can look at many bytes at once.
    let semicolon = bytes.iter().fold(false, |found, b| found | (*b == b';'));
    let stray_within = bytes.windows(3).fold(false, |found, at| found | stray(at));
    let stray_at_end = bytes.iter().rev().take(2).any(|b| *b == b'%');
    !semicolon && !stray_within && !stray_at_end
}

/// Undoes the encoding of a name or a value: `%41` is `A`, `+` is a blank.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|b| matches!(b, b'%' | b'+')) {
        return Cow::Borrowed(text);
    }
    let blanks = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&blanks).decode_utf8_lossy().into_owned())
}

/// A foreign name for people to read. A secret may stand where a name should, so only what looks
/// like the name of a parameter is shown.
fn shown_name(name: &str) -> String {
    const MAX_SHOWN: usize = 40;
    let name_like = (1..=MAX_SHOWN).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_');
    if name_like {
        format!("`{name}`")
    } else {
        format!("a name of {} bytes", name.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_is_unambiguous() {
        assert!(is_unambiguous("%61%2Fb+c%7e&=%00"));
        assert_eq!(decode("%61%2Fb+c%7e"), "a/b c~");
        assert_eq!(decode("%2B+%25"), "+ %");
        for text in [
            "%", "%4", "a%", "%zz", "%+1", "%4&1", "a;b", "%ff", "%80", "%c3%bc",
        ] {
            assert!(!is_unambiguous(text), "{text}");
        }
    }

    #[test]
    fn a_name_that_may_be_a_secret_is_only_described() {
        assert_eq!(shown_name("X-Amz-Foo"), "`X-Amz-Foo`");
        assert_eq!(shown_name(&"a1".repeat(32)), "a name of 64 bytes");
        assert_eq!(shown_name("X-Amz-Signature=abc"), "a name of 19 bytes");
        assert_eq!(shown_name(""), "a name of 0 bytes");
    }
}
