//! Alerting rules.

use super::{documents, read};

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
