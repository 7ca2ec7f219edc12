//! The API server that the backends in a cluster are read from.

use std::net::TcpListener;

use eksauth_testing::ApiServer;
use serde_json::json;

use crate::scene::Scene;

const IN_CLUSTER: &str = "  backendMode: [EKSConfigMap]\n";

/// A proxy that nobody runs any more.
fn dead_proxy() -> String {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", gone.local_addr().unwrap())
}

#[test]
fn one_that_no_proxy_lists_is_not_looked_for_behind_the_proxy() {
    for (listed, is_reached) in [("127.0.0.1", true), ("other.test", false)] {
        let api_server = ApiServer::start();
        let scene = Scene::with_config(IN_CLUSTER)
            .set("HTTPS_PROXY", &dead_proxy())
            .set("NO_PROXY", listed);
        scene.write(
            "client.yaml",
            &api_server.kubeconfig(json!({"token": "sesame"})),
        );
        let mut server = scene.start("--kubeconfig client.yaml");
        // There is nothing in it, so it is told either way.
        server.wait_for("mappings were not read");
        server.stop();
        assert_eq!(!api_server.requests().is_empty(), is_reached, "{listed}");
    }
}

#[test]
fn what_to_do_without_one_is_said_in_words_of_the_server() {
    let scene = Scene::with_config(IN_CLUSTER);
    let error = scene.run("server -c config.yaml --kubeconfig=").failed();
    let expected = "expected a kubeconfig (`--kubeconfig`, or `server.kubeconfig` of the configuration file), or the \
                    service account of a pod, but found neither";
    assert!(error.contains(expected), "{error}");

    scene.write(
        "client.yaml",
        "{kind: Config, clusters: [], contexts: [], users: []}",
    );
    let ran = scene.run("server -c config.yaml --kubeconfig client.yaml");
    let error = ran.failed();
    let expected = "expected a current context in `client.yaml`, but found none: name one there as \
                    `current-context`, of none";
    assert!(error.contains(expected), "{error}");
}
