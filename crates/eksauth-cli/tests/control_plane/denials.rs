//! Who does not get in: what kubectl is told, and what the server says about it.

use crate::backend::{Backend, DEVELOPER, DEVELOPERS, Mapping};
use crate::cluster::Turn;
use crate::ran::assert_says;
use crate::server::Server;
use crate::waiting::eventually;

const MAPPED: Mapping = Mapping {
    role: DEVELOPER,
    username: "dev",
    group: DEVELOPERS,
};

/// What kubectl makes of 401, whatever was wrong. Reasons are for administrators.
const NOT_LOGGED_IN: &str = "You must be logged in to the server";

#[test]
fn who_is_refused_is_told_to_log_in_and_the_server_knows_why() {
    const TEST: &str = "who_is_refused_is_told_to_log_in_and_the_server_knows_why";
    let Some(cluster) = Turn::or_skip(TEST) else {
        return;
    };
    let config = Backend::MountedFile.config(&cluster, &[MAPPED]);
    let server = Server::start(&cluster, &config, "");
    let developer = || cluster.kubectl("Developer", "get namespaces");
    eventually("the developer is let in", developer, |it| it.is_good());

    let reason = || {
        let denied = server.decision(|it| it["decision"] == "denied");
        denied["reason"].as_str().unwrap_or_default().to_owned()
    };
    let until_the_reason_is = |part: &str| {
        eventually("the reason is audited", reason, |it| it.contains(part));
    };
    let refused = |token: &str| {
        let ran = cluster.kubectl_with(token, "get namespaces");
        assert_says(&ran.failed(), &[NOT_LOGGED_IN]);
    };

    let unmapped = cluster.kubectl("Unmapped", "get namespaces");
    assert_says(&unmapped.failed(), &[NOT_LOGGED_IN]);
    until_the_reason_is("role/Unmapped` to a user: the identity is not mapped");
    let whoami = cluster.eksauth("whoami --context Unmapped").failed();
    assert_says(&whoami, &["401 Unauthorized", "not mapped"]);

    let other = cluster.eksauth("token -i other --token-only").succeeded();
    refused(other.trim());
    until_the_reason_is("SignatureDoesNotMatch");

    // "hello" is no URL.
    refused("k8s-aws-v1.aGVsbG8");
    until_the_reason_is("the token is not valid");

    // What is none of our tokens is somebody's secret all the same.
    refused("somebody-elses-token");
    until_the_reason_is("`k8s-aws-v1.`");
    let decisions = serde_json::to_string(&server.decisions()).unwrap();
    assert!(!decisions.contains("somebody-elses"), "{decisions}");
}

#[test]
fn an_outage_of_sts_lets_in_who_is_known_and_nobody_else() {
    const TEST: &str = "an_outage_of_sts_lets_in_who_is_known_and_nobody_else";
    let Some(cluster) = Turn::or_skip(TEST) else {
        return;
    };
    let config = Backend::MountedFile.config(&cluster, &[MAPPED]);
    let _server = Server::start(&cluster, &config, "");
    let known = cluster.token(DEVELOPER, "known");
    let unknown = cluster.token(DEVELOPER, "unknown");
    let ask = || cluster.kubectl_with(&known, "get namespaces");
    eventually("the developer is let in", ask, |it| it.is_good());

    cluster.eksauth("sandbox fault outage on").succeeded();
    let refused = cluster.kubectl_with(&unknown, "get namespaces");
    let still_in = ask();
    cluster.eksauth("sandbox fault clear").succeeded();
    assert_says(&refused.failed(), &[NOT_LOGGED_IN]);
    still_in.succeeded();
    let ask = || cluster.kubectl_with(&unknown, "get namespaces");
    eventually("nothing is held against it", ask, |it| it.is_good());
}
