//! What the server may do in a cluster, and what it needs.

use std::collections::BTreeSet;

use super::super::CHART;
use super::{documents, read};

/// Verbs in what a source says that it needs, from `It needs to` to the end of that paragraph.
fn needed_verbs(source: &str) -> BTreeSet<String> {
    let source = read(source);
    let (_, text) = source.split_once("It needs to ").unwrap();
    let paragraph = text.split("\n///\n").next().unwrap();
    let paragraph = paragraph.split("\n#[").next().unwrap();
    let words = paragraph.split('`').skip(1).step_by(2);
    let verbs = [
        "get", "list", "watch", "create", "update", "patch", "delete",
    ];
    words
        .filter(|it| verbs.contains(it))
        .map(str::to_owned)
        .collect()
}

/// Verbs that the roles in a file give.
fn given_verbs(file: &str) -> BTreeSet<String> {
    let roles = documents(&read(file)).unwrap();
    let rules = roles.iter().filter_map(|it| it["rules"].as_array());
    let verbs = rules
        .flatten()
        .flat_map(|it| it["verbs"].as_array().unwrap());
    verbs.map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[test]
fn rights_are_those_that_the_sources_say_they_need() {
    let needed = |file: &str| needed_verbs(&format!("crates/eksauth-map-kube/src/{file}.rs"));
    let given = |component: &str| given_verbs(&format!("deploy/components/{component}/rbac.yaml"));
    assert_eq!(given("eks-config-map"), needed("aws_auth/watch"));
    let reading = needed("identity_mapping/watch");
    assert_eq!(given("crd"), reading);
    let writing = needed("identity_mapping/status_controller");
    let leading = needed("leader_election");
    let given: BTreeSet<_> = given("crd-status").union(&reading).cloned().collect();
    let needed: BTreeSet<_> = writing.union(&leading).cloned().collect();
    assert_eq!(given, needed);
}

/// The lines with `verbs` and `resources` of a chart's template or a manifest, without what chooses.
fn rules_in(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|it| it.trim_start_matches([' ', '-']));
    let keys = ["apiGroups:", "resources:", "resourceNames:", "verbs:"];
    lines
        .filter(|line| keys.iter().any(|it| line.starts_with(it)))
        .collect()
}

#[test]
fn the_chart_gives_the_rights_of_the_components() {
    let template = |name: &str| read(&format!("{CHART}/templates/rbac-{name}.yaml"));
    let component = |name: &str| read(&format!("deploy/components/{name}/rbac.yaml"));
    assert_eq!(
        rules_in(&template("aws-auth")),
        rules_in(&component("eks-config-map"))
    );
    let both = [component("crd"), component("crd-status")].concat();
    assert_eq!(rules_in(&template("identity-mappings")), rules_in(&both));
}
