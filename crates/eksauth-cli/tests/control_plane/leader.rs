//! Which of two servers writes into IAMIdentityMapping objects.

use crate::backend::{Backend, DEVELOPER, Mapping, VIEWER, VIEWERS, object};
use crate::cluster::{Cluster, Turn};
use crate::server::Server;
use crate::waiting::eventually;

const FIRST: &str = "--crd-status --leader-elect";
/// Nobody asks this one for a review, so it takes any port and tells nobody.
const SECOND: &str = "--crd-status --leader-elect --port 0 --kubeconfig-pregenerated";
/// What a server says when it begins to lead.
const LEADS: &str = "leads: writes the status";

#[test]
fn of_two_servers_one_writes_the_status_and_the_other_goes_on_when_it_dies() {
    const TEST: &str = "of_two_servers_one_writes_the_status_and_the_other_goes_on_when_it_dies";
    let Some(cluster) = Turn::or_skip(TEST) else {
        return;
    };
    cluster
        .admin("delete lease eksauth-identity-mapping-status -n kube-system --ignore-not-found")
        .succeeded();
    let config = Backend::Crd.config(&cluster, &[]);
    let mut first = Server::start(&cluster, &config, FIRST);
    let holder = || lease(&cluster, "holderIdentity");
    let one = eventually("a server leads", holder, |it| it.starts_with("eksauth_"));
    let _second = Server::start(&cluster, &config, SECOND);
    let log = || log_of_the_last(&cluster);
    eventually("the other stands for election", log, |it| {
        it.contains("stands for election")
    });

    write(&cluster, DEVELOPER);
    assert_eq!(holder(), one);
    assert!(!log().contains(LEADS), "{}", log());

    first.kill();
    let other = eventually("the other server leads", holder, |it| *it != one);
    assert!(other.starts_with("eksauth_"), "{other}");
    assert_eq!(lease(&cluster, "leaseTransitions"), "1");
    eventually("the other says so", log, |it| it.contains(LEADS));
    write(&cluster, VIEWER);
    cluster
        .admin("delete iamidentitymapping elected")
        .succeeded();
}

/// Of the server that was started last.
fn log_of_the_last(cluster: &Cluster) -> String {
    let path = cluster.home().path().join("server/log");
    std::fs::read_to_string(path).unwrap()
}

fn lease(cluster: &Cluster, field: &str) -> String {
    let name = "eksauth-identity-mapping-status -n kube-system --ignore-not-found";
    let arguments = format!("get lease {name} -o jsonpath={{.spec.{field}}}");
    cluster.admin(&arguments).succeeded()
}

/// Makes the object one of this role, and waits for its status.
#[track_caller]
fn write(cluster: &Cluster, role: &'static str) {
    let mapping = Mapping {
        role,
        username: "elected",
        group: VIEWERS,
    };
    cluster.apply(&object("elected", &mapping).to_string());
    let path = "jsonpath={.status.canonicalARN}";
    let arguments = format!("get iamidentitymapping elected -o {path}");
    let status = || cluster.admin(&arguments).succeeded();
    let expected = role.to_lowercase();
    eventually("the status is written", status, |it| *it == expected);
}
