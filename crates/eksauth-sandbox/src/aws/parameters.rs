//! Parameters of a query or a form, decoded.

use std::fmt;

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

/// Names and values in the order in which they came; no name twice, in whatever case. Values can be
/// secrets, so `Debug` shows names only.
#[derive(Clone, Default)]
pub(super) struct Parameters(Vec<(String, Zeroizing<String>)>);

/// Why there are no parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// A `%` without two digits, or bytes that are no UTF-8.
    Encoding,
    /// A name that is there twice. AWS's own services disagree about which one counts, which is
    /// what CVE-2022-2385 lived on.
    Repeated,
}

impl Parameters {
    pub(super) fn parse(text: &str) -> Result<Self, Malformed> {
        let mut parameters = Self::default();
        for pair in text.split('&').filter(|it| !it.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name)?;
            if parameters
                .0
                .iter()
                .any(|(it, _)| it.eq_ignore_ascii_case(&name))
            {
                return Err(Malformed::Repeated);
            }
            parameters.0.push((name.to_string(), decoded(value)?));
        }
        Ok(parameters)
    }

    /// Both, as STS takes parameters of a form from either place.
    pub(super) fn and(mut self, other: Self) -> Result<Self, Malformed> {
        for (name, value) in other.0 {
            if self.0.iter().any(|(it, _)| it.eq_ignore_ascii_case(&name)) {
                return Err(Malformed::Repeated);
            }
            self.0.push((name, value));
        }
        Ok(self)
    }

    /// The value of a name, spelt exactly so.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(it, _)| *it == name)
            .map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A `+` is a space, as in forms: a session token that was put into a URL as it is does not work.
fn decoded(text: &str) -> Result<Zeroizing<String>, Malformed> {
    let well_formed = text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes();
        digits.len() >= 2 && digits[..2].iter().all(u8::is_ascii_hexdigit)
    });
    if !well_formed {
        return Err(Malformed::Encoding);
    }
    let spaced = Zeroizing::new(text.replace('+', " "));
    let decoded = percent_decode_str(&spaced).decode_utf8();
    let decoded = decoded.map_err(|_no_utf8| Malformed::Encoding)?;
    Ok(Zeroizing::new(decoded.into_owned()))
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded() {
        let parameters = Parameters::parse("A=b%2Bc+d&&E&F=g=h").unwrap();
        assert_eq!(parameters.get("A"), Some("b+c d"));
        assert_eq!(parameters.get("E"), Some(""));
        assert_eq!(parameters.get("F"), Some("g=h"));
        assert_eq!(parameters.get("a"), None);
    }

    #[test]
    fn what_is_ambiguous_is_refused() {
        for (text, reason) in [
            ("A=1&A=1", Malformed::Repeated),
            ("Action=1&action=2", Malformed::Repeated),
            ("A=1&%41=1", Malformed::Repeated),
            ("A=%", Malformed::Encoding),
            ("A=%4", Malformed::Encoding),
            ("A=%zz", Malformed::Encoding),
            ("A=%ff", Malformed::Encoding),
        ] {
            assert_eq!(Parameters::parse(text).unwrap_err(), reason, "{text}");
        }
        let one = || Parameters::parse("A=1").unwrap();
        assert_eq!(one().and(one()).unwrap_err(), Malformed::Repeated);
    }

    #[test]
    fn values_do_not_show() {
        let parameters = Parameters::parse("Token=secret").unwrap();
        assert_eq!(format!("{parameters:?}"), r#"["Token"]"#);
    }
}
