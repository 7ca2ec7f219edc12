//! What is seen of a token, and of the key: nothing.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use eksauth_server::{AuditLog, CertificateFiles, CertificateStore, Webhook, WebhookMetrics};
use eksauth_testing::SecretScan;
use prometheus_client::registry::Registry;
use serde_json::json;

use crate::client::{BOTH, Client, request};
use crate::fake_authenticator::{DENIALS, Step};
use crate::pki::Ca;
use crate::scene::{Scene, names};

const QUEUE: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

/// A token as an exec plugin makes it, with a signature and a session token of its own.
fn token() -> String {
    let url = "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15\
        &X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=ASIAEXAMPLE%2F20260101%2Feu-west-1%2Fsts%2Faws4_request\
        &X-Amz-Date=20260101T120000Z&X-Amz-Expires=60\
        &X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLEsessiontokenthatnobodymaysee\
        &X-Amz-SignedHeaders=host%3Bx-k8s-aws-id\
        &X-Amz-Signature=6d1b0c7f3a5e9d2840b6f1e2c3d4a5968778695a4b3c2d1e0f1e2d3c4b5a6978";
    format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(url.as_bytes()))
}

/// Bodies of which none is a review of the token, though it is in all of them.
fn misplaced(token: &str) -> Vec<String> {
    vec![
        token.to_owned(),
        format!("\"{token}\""),
        json!({"spec": {"token": [token]}}).to_string(),
        json!({"spec": token}).to_string(),
        json!({"kind": {"a": token}}).to_string(),
        json!({"spec": {"token": token, "audiences": token}}).to_string(),
        format!(r#"{{"spec":{{"token":"{token}","token":"{token}"}}}}"#),
        format!(r#"{{"spec":{{"token":"{token}"#),
        token.repeat(200),
    ]
}

/// Asks in every way that makes a difference, and gives all that came back.
async fn ask_everything(scene: &Scene, client: &mut Client, token: &str) -> String {
    let mut replies = String::new();
    for version in [None, Some("authentication.k8s.io/v1")] {
        let mut review = json!({"spec": {"token": token}});
        if let Some(version) = version {
            review["apiVersion"] = version.into();
            review["kind"] = "TokenReview".into();
        }
        let granted = client.review(review.to_string()).await;
        write!(replies, "{granted:?}").unwrap();
        for (class, _, _) in DENIALS {
            scene.authenticator.deny(class);
            let denied = client.review(review.to_string()).await;
            write!(replies, "{denied:?}").unwrap();
        }
    }
    for body in misplaced(token) {
        // The rest of a body that is too long need not be taken.
        let reply = client.send(request("POST", "/authenticate", body)).await;
        write!(replies, "{reply:?}").unwrap();
    }
    replies
}

#[tokio::test]
async fn a_token_is_seen_nowhere() {
    let token = token();
    let scan = SecretScan::new().token(&token);
    let scene = Scene::new();
    let path = scene.dir.path().join("audit.jsonl");
    let audit = AuditLog::to_file(&path, QUEUE, scene.clock.clone()).unwrap();
    let served = scene.serve_audited(audit.clone()).await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        let replies = ask_everything(&scene, &mut client, &token).await;
        scan.assert_clean("an answer", replies);

        let mut client = served.client(protocol).await;
        scene.authenticator.next(Step::Panic);
        let review = json!({"spec": {"token": token}}).to_string();
        let broken = client.send(request("POST", "/authenticate", review)).await;
        scan.assert_clean("the error of a panic", format!("{broken:?}"));

        // The token where nobody should put it.
        let mut client = served.client(protocol).await;
        for (path, header) in [("/authenticate", "authorization"), ("/other", "x-token")] {
            let mut odd = request("POST", path, "");
            let value = format!("Bearer {token}").parse().unwrap();
            odd.headers_mut().insert(header, value);
            let reply = client.send(odd).await.unwrap();
            scan.assert_clean("an answer to an odd request", format!("{reply:?}"));
        }
        let metrics = client.get("/metrics").await;
        scan.assert_clean("the metrics", &metrics.body);
    }
    audit.flush().await;
    assert!(
        scene.authenticator.asked().contains(&token),
        "no token came"
    );
    let audited = scene.read("audit.jsonl");
    assert!(audited.lines().count() > 2 * DENIALS.len(), "{audited}");
    scan.assert_clean("the audit log", audited);
    scan.assert_clean("the log", scene.logs.text());
}

#[tokio::test]
async fn debug_of_a_webhook_and_what_is_in_it_shows_no_key() {
    let scene = Scene::new();
    let key = scene.read("key.pem");
    // All but the lines that say what it is.
    let lines: Vec<_> = key.lines().filter(|line| !line.contains("-----")).collect();
    let scan = SecretScan::new().secret("private key", &lines.concat());
    let audit = AuditLog::to_writer(Box::new(std::io::sink()), QUEUE, scene.clock.clone()).unwrap();
    let builder = Webhook::builder(scene.authenticator.clone(), scene.certificates.clone())
        .audit(audit.clone())
        .metrics(WebhookMetrics::default(), Arc::new(Registry::default()));
    let mut shown = format!("{builder:?} {audit:?} {:?}", scene.certificates);
    let webhook = builder.build();
    write!(shown, "{webhook:?} {:?}", webhook.metrics()).unwrap();
    let served = scene.serve_as(scene.webhook()).await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        write!(shown, "{:?}", client.get("/metrics").await).unwrap();
    }
    scan.assert_clean("Debug", shown);
    scan.assert_clean("the log", scene.logs.text());
}

#[test]
fn an_error_about_a_key_shows_nothing_of_it() {
    let pair = Ca::new().server();
    let lines: Vec<_> = pair
        .key
        .lines()
        .filter(|it| !it.contains("-----"))
        .collect();
    let scan = SecretScan::new().secret("private key", &lines.concat());
    let half = &pair.key[..pair.key.len() / 2];
    let unarmoured = lines.concat();
    for (certificate, key) in [
        (&*pair.key, &*pair.key),
        (&pair.certificate, half),
        (&pair.certificate, &unarmoured),
        (&Ca::new().server().certificate, &pair.key),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let files = CertificateFiles::in_dir(dir.path());
        std::fs::write(&files.certificate, certificate).unwrap();
        std::fs::write(&files.key, key).unwrap();
        let clock = eksauth_testing::ManualTime::at_unix(crate::scene::NOW);
        let error = CertificateStore::open(files, names(), clock).unwrap_err();
        scan.assert_clean("an error", format!("{error} {error:?}"));
    }
}
