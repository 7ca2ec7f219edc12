//! The text that `/metrics` tells.

use std::collections::{BTreeMap, BTreeSet};

/// The metrics in a text, each with its labels.
#[derive(Debug, Default)]
pub(crate) struct Told(BTreeMap<String, BTreeSet<String>>);

impl Told {
    pub(crate) fn parse(text: &str) -> Self {
        let mut told = Self::default();
        for line in text.lines().filter(|it| !it.starts_with('#')) {
            let (series, _) = line.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            let labels = labels.split(',').filter_map(|it| it.split_once('='));
            let labels = labels.map(|(label, _)| label.to_owned());
            told.0.entry(name.to_owned()).or_default().extend(labels);
        }
        told
    }

    pub(crate) fn has(&self, metric: &str) -> bool {
        self.0.contains_key(metric)
    }

    /// Whether one of these metrics has the label.
    pub(crate) fn labels(&self, metrics: &BTreeSet<&str>, label: &str) -> bool {
        let mut labels = metrics.iter().filter_map(|it| self.0.get(*it));
        labels.any(|it| it.contains(label))
    }
}

#[test]
fn names_and_labels_are_read() {
    let told = Told::parse("# TYPE a counter\na_total{x=\"1\",y=\"2\"} 3\nb 4\n# EOF\n");
    assert!(told.has("a_total") && told.has("b") && !told.has("a"));
    assert!(told.labels(&BTreeSet::from(["b", "a_total"]), "y"));
    assert!(!told.labels(&BTreeSet::from(["b"]), "y"));
}
