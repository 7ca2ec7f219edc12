//! The query of a presigned request, read once and without ambiguity.

use std::borrow::Cow;
use std::ops::ControlFlow;

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
    value: Cow<'q, str>,
}

impl<'q> Parameters<'q> {
    /// Reads a query. `None` when it is malformed as a whole.
    ///
    /// Two spellings of one name are reported before unknown and repeated names, wherever they
    /// stand.
    pub(super) fn parse(query: &'q str, report: Report<'_>) -> ControlFlow<(), Option<Self>> {
        let mut parameters = Self::default();
        let mut later = Vec::new();
        for pair in query.split('&') {
            let Some(occurrence) = Occurrence::parse(pair) else {
                return ControlFlow::Continue(None);
            };
            if let Some(problem) = parameters.take(occurrence) {
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

    pub(super) fn get(&self, parameter: Parameter) -> Option<&str> {
        self.slots[parameter as usize].as_ref().map(|it| &*it.value)
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
    fn parse(pair: &'q str) -> Option<Self> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some(Self {
            name: decode(name)?,
            value: decode(value)?,
        })
    }
}

/// Undoes the encoding of a name or a value: `%41` is `A`, `+` is a blank. `None` when anything is
/// left that programs read differently: a stray `%`, a `;`, or a byte outside ASCII, of which the
/// protocol has none.
fn decode(text: &str) -> Option<Cow<'_, str>> {
    if text.contains(';') {
        return None;
    }
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = String::with_capacity(text.len());
    for (index, run) in text.split('%').enumerate() {
        let run = match index {
            0 => run,
            _ => {
                let (digits, run) = run.split_at_checked(2)?;
                decoded.push(ascii(digits.as_bytes())?);
                run
            }
        };
        push_with_blanks(&mut decoded, run);
    }
    Some(Cow::Owned(decoded))
}

fn push_with_blanks(decoded: &mut String, run: &str) {
    match run.contains('+') {
        true => decoded.push_str(&run.replace('+', " ")),
        false => decoded.push_str(run),
    }
}

/// The character that two hex digits stand for.
fn ascii(digits: &[u8]) -> Option<char> {
    let byte = hex_digit(*digits.first()?)? << 4 | hex_digit(*digits.get(1)?)?;
    byte.is_ascii().then_some(char::from(byte))
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|it| u8::try_from(it).ok())
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
        assert_eq!(decode("%61%2Fb+c%7e").as_deref(), Some("a/b c~"));
        for text in ["%", "%4", "%zz", "%+1", "a;b", "%ff", "%c3%bc", "a%"] {
            assert_eq!(decode(text), None, "{text}");
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
