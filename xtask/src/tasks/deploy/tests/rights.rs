//! What the server may do in a cluster.

use super::super::CHART;
use super::read;

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
