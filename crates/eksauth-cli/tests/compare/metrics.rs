//! The metrics that dashboards and alerts of aws-iam-authenticator are made of.

use std::collections::BTreeMap;

use crate::question::Question;

/// All that begins so; the rest is about Go and its process.
const NAMESPACE: &str = "aws_iam_authenticator_";

pub(crate) fn question() -> Question<'static> {
    Question::new("metrics", "GET", "/metrics", "")
}

/// What counts, by its name and labels. How long something took is another matter, and so is how often
/// STS was asked: that depends on what is remembered and on pauses with jitter.
pub(crate) fn series(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|it| it.starts_with(NAMESPACE));
    let series = lines.filter_map(|line| line.rsplit_once(' '));
    series
        .filter(|(name, _)| !name.contains("_bucket") && !name.contains("_seconds_sum"))
        .map(|(name, value)| (name.to_owned(), shown(name, value)))
        .collect()
}

fn shown(name: &str, value: &str) -> String {
    let counts_calls = name.starts_with("aws_iam_authenticator_sts_");
    match counts_calls && value != "0" {
        true => "more than 0".to_owned(),
        false => value.to_owned(),
    }
}
