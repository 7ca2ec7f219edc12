//! `eksauth add role`, while the server that reads aws-auth is running.

use crate::backend::{Backend, DEVELOPER, DEVELOPERS, Mapping, VIEWER, VIEWERS};
use crate::cluster::Turn;
use crate::ran::assert_says;
use crate::server::Server;
use crate::waiting::eventually;

const VIEWER_MAPPED: Mapping = Mapping {
    role: VIEWER,
    username: "view",
    group: VIEWERS,
};

#[test]
fn a_role_that_is_added_gets_in_beside_those_that_were_there() {
    const TEST: &str = "a_role_that_is_added_gets_in_beside_those_that_were_there";
    let Some(cluster) = Turn::or_skip(TEST) else {
        return;
    };
    let backend = Backend::EksConfigMap;
    backend.put(&cluster, &[VIEWER_MAPPED]);
    let _server = Server::start(&cluster, &backend.config(&cluster, &[]), "");
    let viewer = || cluster.kubectl("Viewer", "get namespaces");
    eventually("the viewer is let in", viewer, |it| it.is_good());
    let developer = || cluster.kubectl("Developer", "get pods");
    assert_says(&developer().failed(), &["You must be logged in"]);

    let add = || {
        cluster.eksauth(&format!(
            "add role --kubeconfig {} --rolearn {DEVELOPER} --username dev:{{{{SessionName}}}} --groups \
             {DEVELOPERS} --prompt=false",
            cluster.admin_kubeconfig()
        ))
    };
    assert_says(&add().succeeded(), &["added", DEVELOPER, "mapRoles"]);
    eventually("the developer is let in", developer, |it| it.is_good());
    let whoami = cluster.kubectl("Developer", "auth whoami").succeeded();
    assert_says(&whoami, &["dev:", DEVELOPERS]);
    viewer().succeeded();
    // It is there, so it is not added once more.
    assert_says(&add().failed(), &["without a mapping", "mapRoles[1]"]);
    backend.put(&cluster, &[]);
}
