//! The cluster's extension in a kubeconfig.

use kube::config::{Cluster, ExecConfig, NamedExtension};
use serde_json::{Value, json};

use crate::exec_user::{ClusterExtension, NotTaken};

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
    ClusterExtension::shown_to(&exec, &cluster)
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
        ClusterExtension::shown_to(&exec, &Cluster::default())
            .unwrap()
            .is_none()
    );
}

#[test]
fn it_is_read_in_any_spelling() {
    for extension in [
        json!({ "clusterName": "prod", "roleArn": "r", "region": "eu-west-1" }),
        json!({ "cluster-id": "prod", "role": "r", "Region": "eu-west-1", "profile": "" }),
        json!({ "CLUSTER_ID": "prod", "role_arn": "r", "region": "eu-west-1", "x": null }),
    ] {
        let extension = shown_to(true, extension).unwrap().unwrap();
        assert_eq!(extension.cluster.as_deref(), Some("prod"));
        assert_eq!(extension.role_arn.as_deref(), Some("r"));
        assert_eq!(extension.region.as_deref(), Some("eu-west-1"));
        assert_eq!(extension.profile, None);
    }
}

#[test]
fn a_wrong_type_or_a_contradiction_is_told_by_its_key() {
    for (extension, key) in [
        (json!({ "region": 1 }), "`region`"),
        (json!({ "roleArn": null }), "`roleArn`"),
        (json!("prod"), "`extension`"),
        (
            json!({ "cluster": "a", "clusterName": "b" }),
            "`clusterName`",
        ),
    ] {
        let reason = shown_to(true, extension).err().unwrap().to_string();
        assert!(reason.contains(key), "{reason}");
    }
}
