//! The region, when nobody named one.

use std::net::TcpListener;
use std::time::Duration;

use eksauth::{RegionSource, asks_metadata, find_region};
use eksauth_testing::{Answer, HttpService};
use tokio::time::Instant;

use crate::scene::Scene;

/// On an instance whose metadata are here.
fn on_instance(url: &str) -> Scene {
    Scene::new()
        .set("AWS_REGION", "")
        .set("AWS_EC2_METADATA_DISABLED", "")
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
}

fn metadata(region: &'static str) -> HttpService {
    HttpService::start(move |request| match request.path.as_str() {
        "/latest/api/token" => Answer::new(200, "a-metadata-token")
            .with_header("x-aws-ec2-metadata-token-ttl-seconds", "21600"),
        "/latest/meta-data/placement/region" => Answer::new(200, region),
        _ => Answer::new(404, ""),
    })
}

async fn found(scene: &Scene) -> (String, RegionSource) {
    let (region, source) = find_region(&scene.settings()).await.unwrap();
    (region.as_str().to_owned(), source)
}

fn the_default() -> (String, RegionSource) {
    ("us-east-1".to_owned(), RegionSource::Default)
}

#[tokio::test]
async fn an_instance_tells_its_region() {
    let service = metadata("ap-southeast-2");
    let scene = on_instance(&service.url());
    scene.hide("metadata token", "a-metadata-token");
    assert!(asks_metadata(&scene.settings()));
    assert_eq!(
        found(&scene).await,
        ("ap-southeast-2".to_owned(), RegionSource::InstanceMetadata)
    );
    let requests = service.requests();
    let token = requests[1].header("x-aws-ec2-metadata-token");
    assert_eq!(token, Some("a-metadata-token"));
}

#[tokio::test]
async fn what_is_configured_is_not_asked_for() {
    let service = metadata("ap-southeast-2");
    let scene = on_instance(&service.url()).set("AWS_REGION", "eu-west-1");
    assert!(!asks_metadata(&scene.settings()));
    let (region, _) = found(&scene).await;
    assert_eq!(region, "eu-west-1");
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn metadata_that_are_disabled_are_not_asked() {
    let service = metadata("ap-southeast-2");
    for disabled in ["true", "True"] {
        let scene = on_instance(&service.url()).set("AWS_EC2_METADATA_DISABLED", disabled);
        assert!(!asks_metadata(&scene.settings()));
        assert_eq!(found(&scene).await, the_default());
    }
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn metadata_are_never_asked_through_a_proxy() {
    let service = metadata("ap-southeast-2");
    let scene = on_instance(&service.url())
        .set("HTTP_PROXY", "http://127.0.0.1:1")
        .set("ALL_PROXY", "http://127.0.0.1:1");
    let (region, _) = found(&scene).await;
    assert_eq!(region, "ap-southeast-2");
}

#[tokio::test]
async fn an_answer_that_is_no_region_counts_as_none() {
    let service = metadata("<html>captive portal</html>");
    assert_eq!(found(&on_instance(&service.url())).await, the_default());
}

#[tokio::test]
async fn where_nobody_listens_the_default_is_taken() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let url = format!("http://{}", closed.unwrap());
    assert_eq!(found(&on_instance(&url)).await, the_default());
    assert_eq!(found(&on_instance("not a URL")).await, the_default());
}

/// Time is paused, so that waiting takes none.
#[tokio::test(start_paused = true)]
async fn where_nobody_answers_the_default_is_taken_after_a_quarter_of_a_second() {
    // It takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let scene = on_instance(&url);
    let started = Instant::now();
    assert_eq!(found(&scene).await, the_default());
    let waited = started.elapsed();
    assert!(waited <= Duration::from_millis(300), "{waited:?}");
}

#[tokio::test]
async fn what_cannot_be_a_region_is_an_error_and_not_the_default() {
    let scene = Scene::new().set("AWS_REGION", "eu-west-1a");
    assert!(find_region(&scene.settings()).await.is_err());
    assert!(!asks_metadata(&scene.settings()));
}
