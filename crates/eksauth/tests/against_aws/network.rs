//! Proxies.

use eksauth::AssumeRole;
use eksauth_testing::{ConnectProxy, HttpService};

use crate::https::{secure_sts, trusting};
use crate::roles::arn;
use crate::scene::{Scene, told};

/// A name that only a proxy can resolve: the certificate of the service is for it too.
const HOST: &str = "sts.aws.test";

/// An STS behind that name, trusted.
fn behind(service: &HttpService) -> (Scene, String) {
    let port = service.url().rsplit(':').next().unwrap().to_owned();
    let target = format!("{HOST}:{port}");
    let scene = Scene::new()
        .with_key()
        .with_sts(&format!("https://{target}"));
    (trusting(scene, service), target)
}

async fn assume(scene: &Scene) -> Result<(), String> {
    let role = AssumeRole::new(arn("Proxied")).unwrap();
    let outcome = scene.chain().with_role(role).credentials().await;
    outcome.map(drop).map_err(|error| told(&error))
}

#[tokio::test]
async fn https_goes_through_the_proxy_of_each_variable() {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let (service, proxy) = (secure_sts(), ConnectProxy::start());
        let (scene, target) = behind(&service);
        let scene = scene.set(variable, &proxy.url());
        assert_eq!(assume(&scene).await, Ok(()), "{variable}");
        assert_eq!(proxy.tunnels(), [target], "{variable}");
        assert_eq!(service.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_proxy_may_be_named_without_its_scheme() {
    let (service, proxy) = (secure_sts(), ConnectProxy::start());
    let (scene, target) = behind(&service);
    let scene = scene.set("HTTPS_PROXY", proxy.url().strip_prefix("http://").unwrap());
    assert_eq!(assume(&scene).await, Ok(()));
    assert_eq!(proxy.tunnels(), [target]);
}

#[tokio::test]
async fn the_password_of_a_proxy_is_in_no_log() {
    let (service, proxy) = (secure_sts(), ConnectProxy::start());
    let (scene, target) = behind(&service);
    let password = "hunter2-of-the-proxy-9Kd";
    scene.hide("password of the proxy", password);
    let url = proxy
        .url()
        .replace("http://", &format!("http://dev:{password}@"));
    let scene = scene.set("HTTPS_PROXY", &url);
    assert_eq!(assume(&scene).await, Ok(()));
    assert_eq!(proxy.tunnels(), [target]);
}

#[tokio::test]
async fn a_proxy_that_is_none_is_an_error_that_does_not_repeat_it() {
    let service = secure_sts();
    let (scene, _) = behind(&service);
    let password = "hunter2-of-the-proxy-9Kd";
    scene.hide("password of the proxy", password);
    let scene = scene.set("HTTPS_PROXY", &format!("http://dev:{password}@"));
    let error = assume(&scene).await.unwrap_err();
    assert!(error.contains("HTTPS_PROXY"), "{error}");
    assert!(!error.contains(password));
}

/// Time is paused, so that the SDK's pauses between attempts take none.
#[tokio::test(start_paused = true)]
async fn a_host_of_no_proxy_is_not_looked_for_behind_it() {
    let (service, proxy) = (secure_sts(), ConnectProxy::start());
    let (scene, _) = behind(&service);
    let scene = scene
        .set("HTTPS_PROXY", &proxy.url())
        .set("NO_PROXY", "example.org,aws.test");
    assume(&scene).await.unwrap_err();
    assert!(proxy.tunnels().is_empty());
}

#[tokio::test]
async fn loopback_is_never_looked_for_behind_a_proxy() {
    let (service, proxy) = (secure_sts(), ConnectProxy::start());
    for host in ["127.0.0.1", "localhost"] {
        let url = service.url().replace("127.0.0.1", host);
        let scene = trusting(Scene::new().with_key().with_sts(&url), &service)
            .set("HTTPS_PROXY", &proxy.url())
            .set("HTTP_PROXY", &proxy.url())
            .set("NO_PROXY", "example.org");
        assert_eq!(assume(&scene).await, Ok(()), "{host}");
    }
    assert!(proxy.tunnels().is_empty());
}

/// Time is paused: nobody answers at those addresses here.
#[tokio::test(start_paused = true)]
async fn metadata_and_containers_are_never_looked_for_behind_a_proxy() {
    let proxy = ConnectProxy::start();
    let scene = Scene::new()
        .set("AWS_EC2_METADATA_DISABLED", "false")
        .set("AWS_REGION", "")
        .set("HTTP_PROXY", &proxy.url())
        .set("HTTPS_PROXY", &proxy.url());
    let (_, source) = eksauth::find_region(&scene.settings()).await.unwrap();
    assert_eq!(source, eksauth::RegionSource::Default);
    let scene = scene.set("AWS_EC2_METADATA_DISABLED", "true").set(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://169.254.170.23/v1",
    );
    scene.error(&scene.chain()).await;
    assert!(proxy.tunnels().is_empty(), "{:?}", proxy.tunnels());
}
