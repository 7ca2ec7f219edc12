//! A server that is killed while clients are at work.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use eksauth_testing::Kubectl;

use crate::backend::{Backend, DEVELOPER, DEVELOPERS, Mapping};
use crate::cluster::Turn;
use crate::server::Server;
use crate::waiting::eventually;

const MAPPED: Mapping = Mapping {
    role: DEVELOPER,
    username: "dev",
    group: DEVELOPERS,
};

#[test]
fn a_client_outlives_the_server_that_let_it_in() {
    const TEST: &str = "a_client_outlives_the_server_that_let_it_in";
    let (Some(cluster), Some(kubectl)) = (Turn::or_skip(TEST), Kubectl::or_skip(TEST)) else {
        return;
    };
    let backend = Backend::EksConfigMap;
    backend.put(&cluster, &[MAPPED]);
    let mut server = Server::start(&cluster, &backend.config(&cluster, &[]), "");
    let live = cluster.token(DEVELOPER, "live");
    let ask = || cluster.kubectl_with(&live, "get namespaces");
    eventually("the developer is let in", ask, |it| it.is_good());
    let mut watch = cluster
        .command(kubectl.path())
        .args([
            "get",
            "namespaces",
            "--watch",
            "-o",
            "name",
            "--token",
            &live,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut watched = BufReader::new(watch.stdout.take().unwrap()).lines();
    let mut until_it_sees = |name: &str| {
        let found = watched.find(|it| it.as_ref().unwrap() == &format!("namespace/{name}"));
        assert!(found.is_some(), "the watch goes on until it sees {name}");
    };
    until_it_sees("kube-system");

    server.kill();
    let new = cluster.kubectl("Developer", "get namespaces");
    assert!(!new.is_good(), "nobody can say who that is: {new:?}");
    cluster.admin("create namespace meanwhile").succeeded();
    until_it_sees("meanwhile");

    server.start_again();
    eventually("the same token is let in again", ask, |it| it.is_good());
    let new = || cluster.kubectl("Developer", "get namespaces");
    eventually("new ones are, too", new, |it| it.is_good());
    watch.kill().unwrap();
    watch.wait().unwrap();
    cluster
        .admin("delete namespace meanwhile --wait=false")
        .succeeded();
    backend.put(&cluster, &[]);
}
