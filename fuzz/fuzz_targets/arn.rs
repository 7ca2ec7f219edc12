//! Foreign ARNs and patterns: sections, canonical form, wildcards.
//!
//! The first line of the input is an ARN, the second, if there is one, a pattern.
#![no_main]

use eksauth_token::{Arn, ArnPattern};
use libfuzzer_sys::fuzz_target;
use regex_lite::Regex;

fuzz_target!(|input: &str| {
    let (text, pattern) = input.split_once('\n').unwrap_or((input, "arn:*:*:*:*:*"));
    match Arn::parse(text) {
        Ok(arn) => {
            has_six_sections(&arn);
            is_canonical_once_and_for_all(&arn);
            loses_its_path_once_and_for_all(&arn);
        }
        Err(error) => shows_only_visible_text(&error.to_string()),
    }
    matches_like_an_expression(pattern, text);
});

fn has_six_sections(arn: &Arn<'_>) {
    let sections = [
        "arn",
        arn.partition().id(),
        arn.service(),
        arn.region(),
        arn.account(),
        arn.resource(),
    ];
    assert_eq!(sections.join(":"), arn.as_str());
    let itself = ArnPattern::new(arn.as_str()).expect("an ARN is a pattern");
    assert_eq!(itself.matches(arn.as_str()), Ok(true));
}

fn is_canonical_once_and_for_all(arn: &Arn<'_>) {
    let canonical = match arn.canonical() {
        Ok(canonical) => canonical,
        Err(error) => return shows_only_visible_text(&error.to_string()),
    };
    let again = Arn::parse(&canonical).expect("a canonical ARN is an ARN");
    assert_eq!(again.canonical().as_ref(), Ok(&canonical));
    assert_eq!(
        (again.partition(), again.account()),
        (arn.partition(), arn.account())
    );
}

fn loses_its_path_once_and_for_all(arn: &Arn<'_>) {
    let without = arn.without_path();
    let again = Arn::parse(&without).expect("an ARN without its path is an ARN");
    assert_eq!(again.without_path(), without);
    assert_eq!(
        again.resource().rsplit('/').next(),
        arn.resource().rsplit('/').next()
    );
}

fn matches_like_an_expression(pattern: &str, text: &str) {
    let (Ok(compiled), Some(expression)) = (ArnPattern::new(pattern), expression(pattern)) else {
        assert!(
            expression(pattern).is_none() && ArnPattern::new(pattern).is_err(),
            "{pattern}"
        );
        return;
    };
    if let Ok(matches) = compiled.matches(text) {
        assert_eq!(matches, expression.is_match(text), "{pattern} {text}");
    }
}

/// The pattern as a regular expression. A wildcard stops at a colon, but in the last section.
fn expression(pattern: &str) -> Option<Regex> {
    let sections: Vec<_> = pattern.splitn(6, ':').collect();
    let ["arn", inner @ .., last] = sections.as_slice() else {
        return None;
    };
    if inner.len() != 4 {
        return None;
    }
    let mut parts = vec!["arn".to_owned()];
    parts.extend(
        inner
            .iter()
            .map(|section| section_expression(section, "[^:]")),
    );
    parts.push(section_expression(last, "."));
    let expression = format!("(?s)^{}$", parts.join(":"));
    Some(Regex::new(&expression).expect("escaped text and wildcards are an expression"))
}

fn section_expression(section: &str, any: &str) -> String {
    let piece = |c: char| match c {
        '*' | '?' => format!("{any}{c}"),
        c => regex_lite::escape(c.encode_utf8(&mut [0; 4])),
    };
    section.chars().map(piece).collect()
}

fn shows_only_visible_text(text: &str) {
    assert!(
        text.chars().all(|c| c == ' ' || c.is_ascii_graphic()),
        "{text:?}"
    );
}
