//! Proxies, of the program and of its environment.

use eksauth_kube::eksauth::Context;
use eksauth_testing::ConnectProxy;

use crate::scene::{Scene, user_of};
use crate::written::Written;

/// A context whose proxy is this one, for all but these hosts.
fn through(scene: &Scene, proxy: &str, but: &str) -> Context {
    scene.context().with_variables([
        ("HTTPS_PROXY", proxy),
        ("https_proxy", ""),
        ("NO_PROXY", but),
        ("no_proxy", ""),
    ])
}

fn address(scene: &Scene) -> String {
    let server = scene.sandbox.cluster("demo").unwrap().server();
    server.strip_prefix("https://").unwrap().to_owned()
}

#[tokio::test]
async fn a_proxy_of_the_program_leads_to_the_api_server() {
    let scene = Scene::start().await;
    let proxy = ConnectProxy::start();
    let builder = scene.known("demo").proxy(proxy.url().parse().unwrap());
    let connection = builder.resolve().await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "developer");
    assert_eq!(proxy.tunnels(), [address(&scene)]);
    drop(connection);
    scene.end().await;
}

#[tokio::test]
async fn a_proxy_of_the_environment_leads_to_the_api_server() {
    let scene = Scene::start().await;
    let proxy = ConnectProxy::start();
    let without_scheme = proxy.url().replace("http://", "");
    for url in [proxy.url(), without_scheme] {
        let context = through(&scene, &url, "example.com");
        let connection = scene.known("demo").context(context).resolve();
        assert_eq!(scene.user_of(&connection.await.unwrap()).await, "developer");
    }
    assert_eq!(proxy.tunnels(), [address(&scene), address(&scene)]);
    scene.end().await;
}

#[tokio::test]
async fn servers_that_no_proxy_lists_are_reached_without_it() {
    let scene = Scene::start().await;
    let proxy = ConnectProxy::start();
    for but in ["127.0.0.1", "example.com,127.0.0.0/8", "*"] {
        let context = through(&scene, &proxy.url(), but);
        let connection = scene.known("demo").context(context).resolve();
        assert_eq!(
            scene.user_of(&connection.await.unwrap()).await,
            "developer",
            "{but}"
        );
    }
    assert!(proxy.tunnels().is_empty());
    scene.end().await;
}

#[tokio::test]
async fn a_kubeconfig_goes_by_the_environment_that_was_given_too() {
    let scene = Scene::start().await;
    let proxy = ConnectProxy::start();
    let text = Written::of(&scene).text();
    let context = through(&scene, &proxy.url(), "");
    let client = scene.kubeconfig(&text).context(context).connect().await;
    assert_eq!(user_of(client.unwrap()).await, "developer");
    assert_eq!(proxy.tunnels(), [address(&scene)]);
    scene.end().await;
}

#[tokio::test]
async fn the_proxy_of_a_kubeconfig_goes_before_that_of_the_environment() {
    let scene = Scene::start().await;
    let (named, of_environment) = (ConnectProxy::start(), ConnectProxy::start());
    let mut written = Written::of(&scene);
    written.cluster["proxy-url"] = named.url().into();
    let context = through(&scene, &of_environment.url(), "127.0.0.1");
    let builder = scene.kubeconfig(&written.text()).context(context);
    let client = builder.connect().await.unwrap();
    assert_eq!(user_of(client).await, "developer");
    assert_eq!(named.tunnels(), [address(&scene)]);
    assert!(of_environment.tunnels().is_empty());
    scene.end().await;
}

#[tokio::test]
async fn a_proxy_that_kube_does_not_speak_to_is_told_without_its_password() {
    let scene = Scene::start().await;
    scene.hide("password", "correct-horse-battery");
    let proxy = "socks4://ci:correct-horse-battery@127.0.0.1:1";
    let advice = "check HTTPS_PROXY and ALL_PROXY, or `proxy-url` in the kubeconfig";
    let builder = scene.known("demo").proxy(proxy.parse().unwrap());
    let connection = builder.resolve().await.unwrap();
    scene.assert_clean("Debug", format!("{connection:?}"));
    assert_eq!(
        scene.refused(connection.client().map(drop)),
        format!(
            "expected a proxy with `http://`, `https://` or `socks5://`, but found `socks4://`: \
             {advice}"
        )
    );
    let builder = scene.known("demo").proxy("127.0.0.1:1".parse().unwrap());
    assert_eq!(
        scene.refused(builder.connect().await.map(drop)),
        format!(
            "expected a proxy with `http://`, `https://` or `socks5://`, but found one without any: \
             {advice}"
        )
    );
    scene.end().await;
}

#[cfg(not(feature = "socks5"))]
#[tokio::test]
async fn a_proxy_that_was_left_out_of_the_build_is_told_with_what_puts_it_in() {
    let scene = Scene::start().await;
    let builder = scene
        .known("demo")
        .proxy("socks5://127.0.0.1:1".parse().unwrap());
    assert_eq!(
        scene.refused(builder.connect().await.map(drop)),
        "expected a proxy with `http://`, `https://` or `socks5://`, but found `socks5://`: build \
         `eksauth-kube` with its feature `socks5`"
    );
    scene.end().await;
}
