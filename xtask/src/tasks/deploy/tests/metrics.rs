//! Metrics, and the values of their labels.

use std::collections::BTreeSet;
use std::fs;

use super::{documents, files, read};

/// Words that begin as the names of our metrics do.
fn metrics_in(text: &str) -> BTreeSet<&str> {
    text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_')
        .filter(|word| word.starts_with("aws_iam_authenticator_") || word.starts_with("eksauth_"))
        .collect()
}

/// Whether the sources register a metric: its prefix for a registry, the rest without what the
/// format adds as its name.
fn is_registered(metric: &str, sources: &str) -> bool {
    let added = ["_bucket", "_count", "_sum", "_total"];
    let name = added.iter().find_map(|it| metric.strip_suffix(it));
    let name = name.unwrap_or(metric);
    let is_literal = |text: &str| sources.contains(&format!("\"{text}\""));
    name.match_indices('_').any(|(at, _)| {
        let (prefix, rest) = (&name[..at], &name[at + 1..]);
        let without_unit = rest.strip_suffix("_seconds").unwrap_or(rest);
        sources.contains(&format!("sub_registry_with_prefix(\"{prefix}\")"))
            && (is_literal(rest) || is_literal(without_unit))
    })
}

fn sources() -> String {
    let files = files("crates", "rs").into_iter();
    files
        .filter(|path| path.components().any(|it| it.as_os_str() == "src"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn a_metric_is_registered_under_its_prefix_and_name() {
    let sources = r#"
        let r = registry.sub_registry_with_prefix("aws_iam_authenticator");
        r.register("sts_responses", "…", x); r.register_with_unit("authenticate_latency", "…", s, y);
    "#;
    for metric in [
        "aws_iam_authenticator_sts_responses_total",
        "aws_iam_authenticator_authenticate_latency_seconds_bucket",
    ] {
        assert!(is_registered(metric, sources), "{metric}");
    }
    for metric in [
        "aws_iam_authenticator_sts_answers_total",
        "eksauth_sts_responses_total",
    ] {
        assert!(!is_registered(metric, sources), "{metric}");
    }
}

#[test]
fn rules_and_dashboard_ask_for_metrics_that_there_are() {
    let sources = sources();
    for file in [
        "deploy/prometheus/alerts.yaml",
        "deploy/grafana/dashboard.json",
    ] {
        let text = read(file);
        let metrics = metrics_in(&text);
        assert!(metrics.len() > 5, "{file}: {metrics:?}");
        let unknown: Vec<_> = metrics
            .into_iter()
            .filter(|metric| !is_registered(metric, &sources))
            .collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
}

/// The values of the labels `result`, `limit` and `StsRegion` in what is asked for.
fn label_values(text: &str) -> BTreeSet<&str> {
    let labels = ["result", "limit", "StsRegion", "backend"];
    let matchers = ["=~", "!=", "="];
    let found = labels.iter().flat_map(|label| {
        text.match_indices(label)
            .filter_map(|(at, label)| {
                let rest = &text[at + label.len()..];
                matchers.iter().find_map(|it| rest.strip_prefix(it))
            })
            .filter_map(|rest| rest.strip_prefix('"')?.split('"').next())
    });
    found.flat_map(|it| it.split('|')).collect()
}

#[test]
fn values_of_labels_are_found() {
    let text = r#"x{result=~"a|b", StsRegion!="c"} by (result) {other="d"}"#;
    assert_eq!(Vec::from_iter(label_values(text)), ["a", "b", "c"]);
}

#[test]
fn rules_ask_for_values_of_labels_that_there_are() {
    let sources = sources();
    let rules = read("deploy/prometheus/alerts.yaml");
    let values = label_values(&rules);
    assert!(values.len() > 5, "{values:?}");
    let unknown: Vec<_> = values
        .into_iter()
        .filter(|it| !sources.contains(&format!("\"{it}\"")))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn each_rule_is_tested() {
    let rules = &documents(&read("deploy/prometheus/alerts.yaml")).unwrap()[0];
    let groups = rules["groups"].as_array().unwrap().iter();
    let rules = groups.flat_map(|it| it["rules"].as_array().unwrap());
    let tests = read("deploy/prometheus/alerts-test.yaml");
    for rule in rules {
        let name = rule["alert"].as_str().unwrap();
        assert!(tests.contains(&format!("\"{name}\"")), "{name}");
    }
}
