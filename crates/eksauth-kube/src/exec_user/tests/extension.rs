//! The cluster's extension in a kubeconfig.

use eksauth::ClusterExtension;
use kube::config::{Cluster, ExecConfig, NamedExtension};
use serde_json::{Value, json};

use crate::exec_user::{NotTaken, extension_shown_to};

fn shown_to(sees_cluster: bool, extension: Value) -> Result<Option<ClusterExtension>, NotTaken> {
    let exec = ExecConfig {
        provide_cluster_info: sees_cluster,
        ..ExecConfig::default()
    };
    let other = json!({ "clusterName": "of another tool" });
    let extensions = [
        ("example.org/other", other),
        ("client.authentication.k8s.io/exec", extension),
    ];
    let extensions = extensions.map(|(name, extension)| NamedExtension {
        name: name.to_owned(),
        extension,
    });
    let cluster = Cluster {
        extensions: Some(extensions.to_vec()),
        ..Cluster::default()
    };
    extension_shown_to(&exec, &cluster)
}

#[test]
fn only_users_that_ask_for_it_see_it() {
    assert!(
        shown_to(false, json!({ "cluster": "prod" }))
            .unwrap()
            .is_none()
    );
    assert!(shown_to(false, json!("no object")).unwrap().is_none());
    let seen = shown_to(true, json!({ "cluster": "prod" }))
        .unwrap()
        .unwrap();
    assert_eq!(seen.cluster.as_deref(), Some("prod"));
}

#[test]
fn a_cluster_without_one_shows_none() {
    let exec = ExecConfig {
        provide_cluster_info: true,
        ..ExecConfig::default()
    };
    assert!(
        extension_shown_to(&exec, &Cluster::default())
            .unwrap()
            .is_none()
    );
}

#[test]
fn one_of_another_form_is_told() {
    let reason = shown_to(true, json!({ "region": 1 })).unwrap_err();
    assert!(matches!(reason, NotTaken::Extension(_)));
    assert!(reason.to_string().contains("`region`"), "{reason}");
}
