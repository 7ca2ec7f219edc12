//! What the alerting rules and the dashboard ask Prometheus for.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::repository::{read, yaml};

/// Labels that Prometheus adds to what a server tells, and that of buckets.
const GIVEN: [&str; 3] = ["job", "instance", "le"];

/// A query, with where it is from.
pub(crate) struct Query {
    pub(crate) of: String,
    pub(crate) text: String,
}

impl Query {
    /// The metrics in it, as they are named in the text of a scrape.
    pub(crate) fn metrics(&self) -> BTreeSet<&str> {
        let words = words(&self.text)
            .filter(|it| it.starts_with("aws_iam_authenticator_") || it.starts_with("eksauth_"));
        words.collect()
    }

    /// The labels in it that a server has to tell: of matchers, and after `by`.
    pub(crate) fn labels(&self) -> BTreeSet<&str> {
        let matched = self.within('{', '}').flat_map(|it| it.split(','));
        let matched = matched.filter_map(|it| it.split(['=', '!']).next());
        let grouped = self.text.split("by (").skip(1);
        let grouped = grouped.flat_map(|it| it.split(')').next().unwrap().split(','));
        let labels = matched.chain(grouped).map(str::trim);
        labels.filter(|it| !GIVEN.contains(it)).collect()
    }

    fn within(&self, open: char, close: char) -> impl Iterator<Item = &str> {
        let parts = self.text.split(open).skip(1);
        parts.map(move |it| it.split(close).next().unwrap())
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_')
}

/// Of all alerting rules.
pub(crate) fn of_alerts() -> Vec<Query> {
    let file = &yaml(&read("deploy/prometheus/alerts.yaml"))[0];
    let groups = file["groups"].as_array().unwrap();
    let rules = groups.iter().flat_map(|it| it["rules"].as_array().unwrap());
    rules.map(|it| query(&it["alert"], &it["expr"])).collect()
}

/// Of all panels and variables of the dashboard.
pub(crate) fn of_dashboard() -> Vec<Query> {
    let file: Value = serde_json::from_str(&read("deploy/grafana/dashboard.json")).unwrap();
    let panels = file["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| {
        let targets = panel["targets"].as_array().into_iter().flatten();
        targets.map(|it| query(&panel["title"], &it["expr"]))
    });
    let variables = file["templating"]["list"].as_array().unwrap().iter();
    let variables = variables
        .filter(|it| it["type"] == "query")
        .map(|it| query(&it["name"], &it["definition"]));
    targets.chain(variables).collect()
}

fn query(of: &Value, text: &Value) -> Query {
    Query {
        of: of.as_str().unwrap().to_owned(),
        text: text.as_str().unwrap().to_owned(),
    }
}

#[test]
fn metrics_and_labels_are_found_in_a_query() {
    let query = Query {
        of: "a test".to_owned(),
        text:
            r#"sum by (instance, le, kind) (rate(eksauth_a_bucket{job=~"$job", result!="x"}[5m]))"#
                .to_owned(),
    };
    assert_eq!(Vec::from_iter(query.metrics()), ["eksauth_a_bucket"]);
    assert_eq!(Vec::from_iter(query.labels()), ["kind", "result"]);
}
