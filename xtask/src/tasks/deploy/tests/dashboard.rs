//! The dashboard, as Grafana takes it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::read;

/// Space on the dashboard: from column, to column, from row, to row.
type Area = (u64, u64, u64, u64);

fn area(panel: &Value) -> Area {
    let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
    (at("x"), at("x") + at("w"), at("y"), at("y") + at("h"))
}

fn overlap(one: Area, other: Area) -> bool {
    one.0 < other.1 && other.0 < one.1 && one.2 < other.3 && other.2 < one.3
}

#[test]
fn the_dashboard_can_be_imported_and_shows_what_was_chosen() {
    let dashboard: Value = serde_json::from_str(&read("deploy/grafana/dashboard.json")).unwrap();
    assert_eq!(dashboard["uid"], "eksauth-server");
    assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 39);
    // An id is given by whoever imports it.
    assert!(dashboard["id"].is_null());
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<_> = panels.iter().map(|it| it["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len());
    for (index, panel) in panels.iter().enumerate() {
        let title = &panel["title"];
        assert!(area(panel).1 <= 24, "{title}");
        for other in &panels[..index] {
            assert!(
                !overlap(area(panel), area(other)),
                "{title} and {}",
                other["title"]
            );
        }
        for target in panel["targets"].as_array().into_iter().flatten() {
            let query = target["expr"].as_str().unwrap();
            let selectors = query.matches('{').count();
            assert!(selectors > 0, "{query}");
            let chosen = r#"{job=~"$job", instance=~"$instance""#;
            assert_eq!(query.matches(chosen).count(), selectors, "{query}");
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{query}");
        }
    }
}
