//! `docs/COMPARE.md`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::difference::{Difference, Differences};
use crate::reasons;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/COMPARE.md");
const BEGIN: &str = "<!-- generated: begin -->\n";
const END: &str = "<!-- generated: end -->\n";

/// # Panics
///
/// When the document says something else than what was seen.
#[expect(
    clippy::disallowed_methods,
    reason = "who runs the test says by the environment that the document is to be written"
)]
pub(crate) fn check(version: &str, differences: &Differences) {
    let path = Path::new(DOCUMENT);
    let document = std::fs::read_to_string(path).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!(
        "{before}{BEGIN}{}{END}{after}",
        generated(version, differences)
    );
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    let document = std::fs::read_to_string(path).unwrap();
    assert_eq!(document, expected, "`UPDATE_EXPECT=1` writes it anew");
}

fn generated(version: &str, differences: &Differences) -> String {
    let mut text = format!(
        "Seen with aws-iam-authenticator {version}: {} questions, {} fields, {} of them different.\n",
        differences.questions,
        differences.fields,
        differences.all.len(),
    );
    for reason in in_order(&differences.all) {
        let explained = differences
            .all
            .iter()
            .filter(|it| reasons::of(it) == reason);
        text.push_str(&section(reason, explained));
    }
    text
}

/// A reason, and what it explains: a row for each field and pair of values, with all questions where it
/// was seen.
fn section<'a>(reason: &str, explained: impl Iterator<Item = &'a Difference>) -> String {
    let mut rows: BTreeMap<[&str; 3], Vec<String>> = BTreeMap::new();
    for it in explained {
        rows.entry([&it.field, &it.theirs, &it.ours])
            .or_default()
            .push(format!("{}: {}", it.setup, it.question));
    }
    let mut text = format!(
        "\n{reason}\n\n| field | aws-iam-authenticator | eksauth | seen |\n|---|---|---|---|\n"
    );
    for ([field, theirs, ours], seen) in rows {
        let cells = [field, theirs, ours, &places(&seen)].map(|it| it.replace('|', "\\|"));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// Some, and how many more.
fn places(seen: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = seen[..seen.len().min(SHOWN)].join("; ");
    match seen.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

/// Each once, in the order of what they explain.
fn in_order(differences: &[Difference]) -> Vec<&'static str> {
    let mut reasons: Vec<&str> = Vec::new();
    for reason in differences.iter().map(reasons::of) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}
