//! What YAML 1.1 takes a scalar without quotes for, as the Go libraries around Kubernetes do.

use granit_parser::{ScalarStyle, Tag};

use super::node::Kind;

/// The kind of a scalar as it is written.
pub(super) fn kind(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Kind {
    if let Some(tag) = tag {
        return tagged_kind(tag);
    }
    match style {
        ScalarStyle::Plain => plain_kind(text),
        _ => Kind::Text,
    }
}

fn tagged_kind(tag: &Tag) -> Kind {
    match tag.core_suffix() {
        Some("str") => Kind::Text,
        Some("int" | "float") => Kind::Number,
        Some("bool") => Kind::Boolean,
        Some("null") => Kind::Null,
        _ => Kind::Tagged,
    }
}

pub(in super::super) fn plain_kind(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "n"
        | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Kind::Boolean
        }
        "<<" => Kind::Merge,
        _ if is_number(text) => Kind::Number,
        _ => Kind::Text,
    }
}

fn is_number(text: &str) -> bool {
    if !text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        return false;
    }
    let digits = text.replace('_', "");
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (prefix, rest) = unsigned.split_at_checked(2).unwrap_or((unsigned, ""));
    match prefix {
        "0x" | "0X" => is_all(rest, |c| c.is_ascii_hexdigit()),
        "0o" | "0O" => is_all(rest, |c| matches!(c, '0'..='7')),
        "0b" | "0B" => is_all(rest, |c| matches!(c, '0' | '1')),
        _ => is_decimal(unsigned),
    }
}

/// `[0-9]*` with at most one point, at least one digit, and perhaps an exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits_only = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        is_all(digits, |c| c.is_ascii_digit())
    });
    digits_only(whole)
        && digits_only(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent_fits
}

fn is_all(text: &str, fits: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(fits)
}
