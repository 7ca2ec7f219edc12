//! How STS is reached.

use std::time::Duration;

use data_encoding::BASE64;
use eksauth_server::{BuildError, ConnectTo, Outage, StsConnection, Verifier, VerifyError};
use eksauth_testing::ManualTime;
use eksauth_token::{ClusterId, Partition, Policy};

use crate::fake_proxy::FakeProxy;
use crate::fake_sts::{Answer, FakeSts};
use crate::scene::{Scene, Verdict, all};

const PASSWORD: &str = "proxy-password-hunter22";

/// The reason why STS was not reached.
fn reason(verdict: Verdict) -> String {
    match verdict {
        Err(VerifyError::Unavailable(Outage::Unreachable { reason })) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_that_no_trusted_root_vouches_for_is_refused() {
    let scene = Scene::new().await;
    let another = FakeSts::start().await;
    let connection = StsConnection::new()
        .without_system_roots()
        .with_roots(another.ca_pem())
        .unwrap()
        .with_connect_to(ConnectTo::everything_to(scene.sts.address()));
    let verifier = scene.verifier_over(connection);
    let reason = reason(scene.verify(&verifier, &scene.token()).await);
    assert!(reason.contains("certificate"), "{reason}");
    assert_eq!(scene.sts.tally().requests, 0);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let sts = FakeSts::start_as(&["sts.us-east-1.amazonaws.com", "127.0.0.1"]).await;
    let scene = Scene::with_sts(sts);
    let reason = reason(scene.verify(&scene.verifier(), &scene.token()).await);
    assert!(reason.contains("certificate"), "{reason}");
    assert_eq!(scene.sts.tally().requests, 0);
}

#[tokio::test]
async fn certificates_are_judged_at_the_verifiers_time() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    scene.verify(&verifier, &scene.token()).await.unwrap();
    // Past the end of any certificate, with a connection that is not there yet.
    scene
        .clock
        .advance(Duration::from_secs(3000 * 365 * 86_400));
    let late = scene.verifier();
    let reason = reason(scene.verify(&late, &scene.token()).await);
    assert!(reason.contains("certificate"), "{reason}");
}

#[tokio::test]
async fn tokens_one_after_the_other_share_a_connection() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    for _ in 0..5 {
        scene.verify(&verifier, &scene.token()).await.unwrap();
    }
    scene.sts.next(Answer::denied());
    scene.verify(&verifier, &scene.token()).await.unwrap_err();
    assert_eq!(scene.sts.tally().requests, 6);
    assert_eq!(scene.sts.tally().connections, 1);
}

#[tokio::test]
async fn a_rule_leads_elsewhere_and_only_what_it_is_for() {
    let scene = Scene::new().await;
    let port = scene.sts.address().port();
    let rule = |text: &str| -> ConnectTo { text.parse().unwrap() };
    let connection = scene
        .trusting()
        .with_connect_to(rule("sts.eu-west-2.amazonaws.com:443:127.0.0.1:1"))
        .with_connect_to(rule("sts.eu-west-1.amazonaws.com:80:127.0.0.1:1"))
        .with_connect_to(rule(&format!(
            "sts.eu-west-1.amazonaws.com:443:127.0.0.1:{port}"
        )))
        .with_connect_to(rule("::127.0.0.1:1"));
    let verifier = scene.verifier_over(connection);
    scene.verify(&verifier, &scene.token()).await.unwrap();
    let request = &scene.sts.requests()[0];
    assert_eq!(
        request.server_name.as_deref(),
        Some("sts.eu-west-1.amazonaws.com")
    );
}

#[tokio::test]
async fn a_proxy_is_asked_for_a_tunnel_and_sees_nothing_of_the_token() {
    let scene = Scene::new().await;
    scene.hide("proxy's password", PASSWORD);
    let proxy = FakeProxy::to(scene.sts.address()).await;
    let url = format!("http://carol:{PASSWORD}@{}", proxy.address());
    let connection = scene.trusting().with_proxy(&url, "localhost").unwrap();
    let verifier = scene.verifier_over(connection);
    scene.verify(&verifier, &scene.token()).await.unwrap();

    let asked = proxy.asked();
    let [head] = &asked[..] else {
        panic!("{} tunnels", asked.len());
    };
    let mut lines = head.lines();
    assert_eq!(
        lines.next(),
        Some("CONNECT sts.eu-west-1.amazonaws.com:443 HTTP/1.1")
    );
    let credentials = BASE64.encode(format!("carol:{PASSWORD}").as_bytes());
    let authorization = lines
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"))
        .map(|(_, value)| value.to_owned());
    assert_eq!(authorization, Some(format!("Basic {credentials}")));

    let request = &scene.sts.requests()[0];
    assert_eq!(
        request.server_name.as_deref(),
        Some("sts.eu-west-1.amazonaws.com")
    );
    let to_the_proxy = |(name, _): &(String, String)| name.starts_with("proxy-");
    assert!(!request.headers().iter().any(to_the_proxy), "{request:?}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_an_outage_without_its_password() {
    let scene = Scene::new().await;
    scene.hide("proxy's password", PASSWORD);
    let credentials = BASE64.encode(format!("carol:{PASSWORD}").as_bytes());
    scene.hide("proxy's authorization", &credentials);
    for status in [
        "407 Proxy Authentication Required",
        "403 Forbidden",
        "502 Bad Gateway",
    ] {
        let proxy = FakeProxy::refusing(status).await;
        let url = format!("http://carol:{PASSWORD}@{}", proxy.address());
        let connection = scene.trusting().with_proxy(&url, "").unwrap();
        let verifier = scene.verifier_over(connection);
        reason(scene.verify(&verifier, &scene.token()).await);
        assert_eq!(proxy.asked().len(), 1);
    }
    assert_eq!(scene.sts.tally().connections, 0);
}

#[tokio::test]
async fn a_connection_rule_goes_past_the_proxy() {
    let scene = Scene::new().await;
    let proxy = FakeProxy::to(scene.sts.address()).await;
    let url = format!("http://{}", proxy.address());
    let connection = scene.connection().with_proxy(&url, "").unwrap();
    let verifier = scene.verifier_over(connection);
    scene.verify(&verifier, &scene.token()).await.unwrap();
    assert_eq!(proxy.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn calls_at_the_same_time_have_connections_of_their_own() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let tokens: Vec<_> = (0..4).map(|_| scene.token()).collect();
    let gate = crate::fake_sts::Gate::default();
    scene.sts.otherwise(Answer::role().after(&gate));
    let calls: Vec<_> = tokens
        .iter()
        .map(|token| scene.verifying(&verifier, token))
        .collect();
    scene.sts.until(|tally| tally.requests >= 4).await;
    assert_eq!(scene.sts.tally().connections, 4);
    gate.open();
    for verdict in all(calls).await {
        verdict.unwrap().unwrap();
    }
}

#[test]
fn roots_are_read_from_pem_and_there_must_be_one() {
    for pem in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n",
    ] {
        let refused = StsConnection::new().with_roots(pem.as_bytes());
        assert_eq!(refused.unwrap_err(), BuildError::Roots, "{pem}");
    }
}

#[test]
fn a_verifier_that_trusts_nobody_is_not_built() {
    let cluster = ClusterId::new("prod").unwrap();
    let policy = Policy::new(Partition::Aws);
    let refused = Verifier::builder(cluster, policy, ManualTime::at_unix(0))
        .connection(StsConnection::new().without_system_roots())
        .build();
    assert_eq!(refused.unwrap_err(), BuildError::NoRoots);
}
