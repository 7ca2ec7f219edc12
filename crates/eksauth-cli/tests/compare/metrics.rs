//! The metrics that dashboards and alerts of aws-iam-authenticator are made of.

use std::collections::BTreeMap;

use crate::question::Question;

/// All that begins so; the rest is about Go and its process.
const NAMESPACE: &str = "aws_iam_authenticator_";

pub(crate) fn question() -> Question<'static> {
    Question::new("metrics", "GET", "/metrics", "")
}

/// What counts, by its name and labels. How long something took is another matter.
pub(crate) fn series(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|it| it.starts_with(NAMESPACE));
    let series = lines.filter_map(|line| line.rsplit_once(' '));
    series
        .filter(|(name, _)| !name.contains("_bucket") && !name.contains("_seconds_sum"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
