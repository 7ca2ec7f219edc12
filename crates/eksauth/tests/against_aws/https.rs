//! Whom to trust.

use eksauth::{AssumeRole, CredentialError};
use eksauth_testing::HttpService;

use crate::roles::arn;
use crate::scene::{Scene, told};
use crate::sts;

pub(crate) fn secure_sts() -> HttpService {
    HttpService::start_https(|request| sts::session(request, 1))
}

fn scene_of(service: &HttpService) -> Scene {
    Scene::new().with_key().with_sts(&service.url())
}

pub(crate) fn trusting(scene: Scene, service: &HttpService) -> Scene {
    let bundle = scene.write("ca.pem", service.ca_pem());
    scene.set("AWS_CA_BUNDLE", bundle.to_str().unwrap())
}

async fn outcome(scene: &Scene) -> Result<(), String> {
    let role = AssumeRole::new(arn("Secure")).unwrap();
    let outcome = scene.chain().with_role(role).credentials().await;
    outcome.map(drop).map_err(|error| {
        assert!(
            matches!(error, CredentialError::Sts { code: None, .. }),
            "{error:?}"
        );
        told(&error)
    })
}

#[tokio::test]
async fn a_ca_of_ones_own_is_trusted_when_its_bundle_is_named() {
    let service = secure_sts();
    let scene = trusting(scene_of(&service), &service);
    assert_eq!(outcome(&scene).await, Ok(()));
}

#[tokio::test]
async fn a_ca_in_the_profile_is_trusted() {
    let service = secure_sts();
    let scene = scene_of(&service);
    let bundle = scene.write("ca.pem", service.ca_pem());
    let scene = scene.with_config(&format!("[default]\nca_bundle = {}\n", bundle.display()));
    assert_eq!(outcome(&scene).await, Ok(()));
}

/// Time is paused, so that the SDK's pauses between attempts take none.
#[tokio::test(start_paused = true)]
async fn an_unknown_ca_is_not_trusted() {
    let service = secure_sts();
    let told = outcome(&scene_of(&service)).await.unwrap_err();
    assert!(told.contains("STS gave no usable answer"), "{told}");
    assert!(service.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_ca_of_another_is_not_trusted() {
    let (service, other) = (secure_sts(), secure_sts());
    let scene = trusting(scene_of(&service), &other);
    outcome(&scene).await.unwrap_err();
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn a_bundle_that_is_not_there_is_named() {
    let service = secure_sts();
    let scene = scene_of(&service).set("AWS_CA_BUNDLE", "/nowhere/ca.pem");
    let told = outcome(&scene).await.unwrap_err();
    assert!(
        told.contains("expected certificates in `/nowhere/ca.pem` (AWS_CA_BUNDLE or `ca_bundle`)"),
        "{told}"
    );
}

#[tokio::test]
async fn a_bundle_without_certificates_is_named() {
    for garbage in [
        "",
        "not PEM",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n",
    ] {
        let service = secure_sts();
        let scene = scene_of(&service);
        let bundle = scene.write("ca.pem", garbage);
        let scene = scene.set("AWS_CA_BUNDLE", bundle.to_str().unwrap());
        let told = outcome(&scene).await.unwrap_err();
        assert!(
            told.contains(bundle.to_str().unwrap()),
            "{garbage:?}: {told}"
        );
        assert!(service.requests().is_empty());
    }
}

#[tokio::test]
async fn an_odd_certificate_in_a_bundle_is_passed_over() {
    let service = secure_sts();
    let scene = scene_of(&service);
    let odd = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let unreadable = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let text = format!(
        "# of the company\n{odd}{unreadable}{}{odd}",
        service.ca_pem()
    );
    let bundle = scene.write("ca.pem", &text);
    let scene = scene.set("AWS_CA_BUNDLE", bundle.to_str().unwrap());
    assert_eq!(outcome(&scene).await, Ok(()));
}

/// A bundle that cannot be read is no matter where nothing is secured with it.
#[tokio::test]
async fn plain_http_needs_no_bundle() {
    let service = HttpService::start(|request| sts::session(request, 1));
    let scene = scene_of(&service).set("AWS_CA_BUNDLE", "/nowhere/ca.pem");
    assert_eq!(outcome(&scene).await, Ok(()));
}
