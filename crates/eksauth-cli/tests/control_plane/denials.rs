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
        format!("{}: {}", denied["class"], denied["reason"])
    };
    let refused = |token: &str| {
        let ran = cluster.kubectl_with(token, "get namespaces");
        assert_says(&ran.failed(), &[NOT_LOGGED_IN]);
    };

    let unmapped = cluster.kubectl("Unmapped", "get namespaces");
    assert_says(&unmapped.failed(), &[NOT_LOGGED_IN]);
    assert_says(&reason(), &["role/Unmapped", "not mapped"]);
    let whoami = cluster.eksauth("whoami --context Unmapped").failed();
    assert_says(&whoami, &["401 Unauthorized", "not mapped"]);

    let other = cluster.eksauth("token -i other --token-only").succeeded();
    let before = server.decisions().len();
    refused(other.trim());
    eventually(
        "the refusal is audited",
        || server.decisions().len(),
        |it| *it > before,
    );
    assert_says(&reason(), &["SignatureDoesNotMatch"]);

    let before = server.decisions().len();
    refused("k8s-aws-v1.aGVsbG8");
    eventually(
        "the refusal is audited",
        || server.decisions().len(),
        |it| *it > before,
    );
    assert_says(&reason(), &["the token is not valid"]);

    // It is none of AWS, so it is none for the webhook to look at further, and none that it repeats.
    let before = server.decisions().len();
    refused("somebody-elses-token");
    eventually(
        "the refusal is audited",
        || server.decisions().len(),
        |it| *it > before,
    );
    assert!(!reason().contains("somebody-elses"), "{}", reason());
}

#[test]
fn an_outage_of_sts_lets_in_who_is_known_and_nobody_else() {
    const TEST: &str = "an_outage_of_sts_lets_in_who_is_known_and_nobody_else";
    let Some(cluster) = Turn::or_skip(TEST) else {
        return;
    };
    let config = Backend::MountedFile.config(&cluster, &[MAPPED]);
    let _server = Server::start(&cluster, &config, "");
    let known = cluster.token(DEVELOPER);
    let unknown = cluster.token(DEVELOPER);
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
