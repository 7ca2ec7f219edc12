//! The API server that the backends in a cluster are read from.

use std::net::TcpListener;

use eksauth_testing::{ApiServer, ConnectProxy};
use serde_json::json;

use crate::scene::Scene;

const IN_CLUSTER: &str = "  backendMode: [EKSConfigMap]\n";

/// A proxy that nobody runs any more.
fn dead_proxy() -> String {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    // By a name that is not listed: kube would compare the list with that of the proxy.
    format!("http://localhost:{}", gone.local_addr().unwrap().port())
}

/// Starts a server that follows this API server, until it has heard that there is nothing in it.
fn ask(api_server: &ApiServer, proxy: &str, no_proxy: &str) {
    let scene = Scene::with_config(IN_CLUSTER)
        .set("HTTPS_PROXY", proxy)
        .set("NO_PROXY", no_proxy);
    let kubeconfig = api_server.kubeconfig(json!({"token": "sesame"}));
    scene.write("client.yaml", &kubeconfig);
    let mut server = scene.start("--kubeconfig client.yaml");
    server.wait_for("the API server answers 404");
    server.stop();
}

#[test]
fn one_that_no_proxy_lists_is_not_looked_for_behind_the_proxy() {
    ask(&ApiServer::start(), &dead_proxy(), "other.test,127.0.0.1");
}

#[test]
fn one_that_no_proxy_does_not_list_is_looked_for_behind_the_proxy() {
    let (api_server, proxy) = (ApiServer::start(), ConnectProxy::start());
    // kube takes a proxy that is listed for none.
    ask(
        &api_server,
        &proxy.url().replace("127.0.0.1", "localhost"),
        "localhost",
    );
    let target = api_server.url().replace("https://", "");
    assert!(proxy.tunnels().contains(&target), "{:?}", proxy.tunnels());
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
