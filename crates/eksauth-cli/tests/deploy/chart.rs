//! The Helm chart, as Helm puts it together.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::check::{Host, assert_good};
use crate::manifests::{arguments, assert_confined, configuration, pod};
use crate::repository::{files, has, path, stdout, yaml};

const CHART: &str = "deploy/helm/eksauth-server";

/// `helm template` of the chart, for a Kubernetes that it is made for.
fn template(values: &Path, more: &[&str]) -> Command {
    let mut helm = Command::new("helm");
    helm.args(["template", "release"])
        .arg(path(CHART))
        .args(["--kube-version", "1.34.0", "--values"])
        .arg(values)
        .args(more);
    helm
}

fn rules(documents: &[Value]) -> Vec<&Value> {
    let roles = documents.iter().filter(|it| !it["rules"].is_null());
    roles
        .flat_map(|it| it["rules"].as_array().unwrap())
        .collect()
}

#[test]
fn each_choice_of_backends_makes_a_server_that_starts() {
    if !has(
        "each_choice_of_backends_makes_a_server_that_starts",
        "helm",
        &["version"],
    ) {
        return;
    }
    for values in files("deploy/helm/eksauth-server/ci") {
        let documents = yaml(&stdout(&mut template(&values, &[])));
        let pod = pod(&documents);
        assert_confined(pod);
        let configuration = configuration(&documents, pod);
        let report = Host::new().check(configuration, &arguments(pod));
        assert_good(&report, &["is not there yet"]);
        let of_cluster = ["EKSConfigMap", "CRD"];
        let reads_cluster = of_cluster.iter().any(|it| configuration.contains(it));
        assert_eq!(pod["automountServiceAccountToken"], reads_cluster);
        assert_eq!(!rules(&documents).is_empty(), reads_cluster);
    }
}

#[test]
fn whoever_writes_the_status_may_read_the_objects() {
    if !has(
        "whoever_writes_the_status_may_read_the_objects",
        "helm",
        &["version"],
    ) {
        return;
    }
    let values = path(CHART).join("ci/mounted-file-values.yaml");
    let set = ["--set", "server.crdStatus=true"];
    let documents = yaml(&stdout(&mut template(&values, &set)));
    assert_eq!(pod(&documents)["automountServiceAccountToken"], true);
    let rules = rules(&documents);
    assert!(
        rules
            .iter()
            .any(|it| it["resources"][0] == "iamidentitymappings")
    );
    assert!(
        rules
            .iter()
            .any(|it| it["resources"][0] == "iamidentitymappings/status")
    );
}

#[test]
fn whoever_stands_for_election_may_write_the_lease_where_it_is() {
    if !has(
        "whoever_stands_for_election_may_write_the_lease_where_it_is",
        "helm",
        &["version"],
    ) {
        return;
    }
    let values = path(CHART).join("ci/crd-values.yaml");
    let leases = |set: &str| {
        let documents = yaml(&stdout(&mut template(&values, &["--set", set])));
        let roles = documents.into_iter().filter(|it| it["kind"] == "Role");
        let mut leases = roles.filter(|it| it["rules"][0]["resources"][0] == "leases");
        leases.next().map(|it| it["metadata"]["namespace"].clone())
    };
    let usual = leases("server.leaderElect=true");
    assert_eq!(usual.unwrap(), "kube-system");
    let elsewhere = leases("server.leaderElectNamespace=elsewhere");
    assert_eq!(elsewhere.unwrap(), "elsewhere");
    for without in ["server.leaderElect=false", "server.crdStatus=false"] {
        assert_eq!(leases(without), None, "{without}");
    }
}

#[test]
fn the_chart_refuses_a_key_that_means_nothing() {
    if !has(
        "the_chart_refuses_a_key_that_means_nothing",
        "helm",
        &["version"],
    ) {
        return;
    }
    let values = path(CHART).join("ci/crd-values.yaml");
    for wrong in ["server.mapRole=x", "server.healthPort=0", "clusterID="] {
        let output = template(&values, &["--set", wrong]).output().unwrap();
        assert!(!output.status.success(), "{wrong}");
    }
}
