//! The shapes in which a secret can show up in a text.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER, HEXUPPER};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// RFC 3986: all but the unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One shape of a secret.
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) text: Zeroizing<String>,
}

impl Form {
    fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self {
            name,
            text: Zeroizing::new(text.into()),
        }
    }
}

pub(super) fn of(value: &str) -> Vec<Form> {
    let percent = Zeroizing::new(utf8_percent_encode(value, RESERVED).to_string());
    let debug = Zeroizing::new(format!("{value:?}"));
    let json = Zeroizing::new(serde_json::Value::from(value).to_string());
    let mut forms = vec![
        Form::new("as it is", value),
        Form::new("percent-encoded", percent.as_str()),
        Form::new("in hex", HEXLOWER.encode(value.as_bytes())),
        Form::new("in upper-case hex", HEXUPPER.encode(value.as_bytes())),
        Form::new("escaped as by Debug", unquoted(&debug)),
        Form::new("escaped as in JSON", unquoted(&json)),
    ];
    for alignment in 0..3 {
        let base64 = |text: &str, encoding: &Encoding| base64_at(alignment, text, encoding);
        forms.push(Form::new("in base64", base64(value, &BASE64_NOPAD)));
        forms.push(Form::new("in base64url", base64(value, &BASE64URL_NOPAD)));
        // A session token inside a token: percent-encoded in the URL, and that in base64url.
        forms.push(Form::new(
            "inside a token",
            base64(&percent, &BASE64URL_NOPAD),
        ));
    }
    forms
}

fn unquoted(text: &str) -> &str {
    &text[1..text.len() - 1]
}

/// The characters that stand for `value` alone, when `alignment` bytes come before it in the group
/// of three, and whatever after it.
fn base64_at(alignment: usize, value: &str, encoding: &Encoding) -> String {
    let mut bytes = Zeroizing::new(vec![0; alignment]);
    bytes.extend_from_slice(value.as_bytes());
    let encoded = Zeroizing::new(encoding.encode(&bytes));
    // Characters of six bits: those which share a bit with a neighbour depend on it.
    let first = (alignment * 8).div_ceil(6);
    let end = bytes.len() * 8 / 6;
    encoded[first..end].to_owned()
}
