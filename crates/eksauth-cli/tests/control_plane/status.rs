//! What the server writes into IAMIdentityMapping objects.

use crate::backend::{Backend, DEVELOPER, DEVELOPERS, Mapping, object};
use crate::cluster::{Cluster, Turn};
use crate::ran::assert_says;
use crate::server::Server;
use crate::waiting::eventually;

const MAPPING: Mapping = Mapping {
    role: DEVELOPER,
    username: "dev",
    group: DEVELOPERS,
};

#[test]
fn the_status_of_objects_is_written_with_the_rights_that_deploy_gives() {
    const TEST: &str = "the_status_of_objects_is_written_with_the_rights_that_deploy_gives";
    let Some(cluster) = Turn::or_skip(TEST) else {
        return;
    };
    cluster.apply(&object("watched", &MAPPING).to_string());
    let config = Backend::Crd.config(&cluster, &[]);
    let _server = Server::start(&cluster, &config, "--crd-status");
    let status = || status_of(&cluster, "watched");
    let expected = DEVELOPER.to_lowercase();
    eventually("the status is written", status, |it| *it == expected);
    until_event(&cluster, "Synced");

    let nonsense = Mapping {
        role: "arn:nonsense",
        ..MAPPING
    };
    cluster.apply(&object("watched", &nonsense).to_string());
    eventually("a stale status is removed", status, String::is_empty);
    until_event(&cluster, "Invalid");
    cluster
        .admin("delete iamidentitymapping watched")
        .succeeded();
}

fn status_of(cluster: &Cluster, name: &str) -> String {
    let path = "jsonpath={.status.canonicalARN}";
    let arguments = format!("get iamidentitymapping {name} -o {path}");
    cluster.admin(&arguments).succeeded()
}

fn until_event(cluster: &Cluster, reason: &str) {
    let arguments = format!("get events -n default --field-selector reason={reason}");
    let ask = || cluster.admin(&arguments).succeeded();
    let events = eventually("an event tells of it", ask, |it| it.contains(reason));
    assert_says(&events, &["iamidentitymapping/watched"]);
}
