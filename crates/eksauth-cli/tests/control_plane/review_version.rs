//! The version of TokenReviews that kube-apiserver sends unless it is told otherwise.

use eksauth_testing::Kubectl;

use crate::backend::{Backend, DEVELOPER, DEVELOPERS, Mapping};
use crate::cluster::Cluster;
use crate::programs::control_plane_or_skip;
use crate::ran::assert_says;
use crate::server::Server;
use crate::waiting::eventually;

#[test]
fn v1beta1_is_understood_as_well() {
    const TEST: &str = "v1beta1_is_understood_as_well";
    let (Some(programs), Some(kubectl)) = (control_plane_or_skip(TEST), Kubectl::or_skip(TEST))
    else {
        return;
    };
    let flags = ["--authentication-webhook-version", "v1beta1"];
    let cluster = Cluster::start(&programs, kubectl, &flags);
    #[cfg(target_os = "linux")]
    assert_is_asked_for(&cluster, "v1beta1");
    let mapping = Mapping {
        role: DEVELOPER,
        username: "dev:{{SessionName}}",
        group: DEVELOPERS,
    };
    let config = Backend::MountedFile.config(&cluster, &[mapping]);
    let _server = Server::start(&cluster, &config, "");
    let whoami = || cluster.kubectl("Developer", "auth whoami");
    let user = eventually("the developer is let in", whoami, |it| it.is_good());
    assert_says(
        &user.succeeded(),
        &["dev:", DEVELOPERS, "Extra: canonicalArn", DEVELOPER],
    );
    let refused = cluster.kubectl("Unmapped", "get pods").failed();
    assert_says(&refused, &["You must be logged in to the server"]);
}

/// Whoever is asked in one version does not notice that it should have been the other.
#[cfg(target_os = "linux")]
fn assert_is_asked_for(cluster: &Cluster, version: &str) {
    let folder = std::path::Path::new(cluster.admin_kubeconfig()).parent();
    let processes = crate::waiting::processes_in(folder.unwrap());
    let command_lines = processes
        .iter()
        .filter_map(|it| std::fs::read_to_string(format!("/proc/{it}/cmdline")).ok());
    let flag = format!("--authentication-token-webhook-version={version}\0");
    assert!(command_lines.into_iter().any(|it| it.contains(&flag)));
}
