//! Clients that have to show a certificate.

use std::net::SocketAddr;
use std::sync::Arc;

use eksauth_server::CertificateFiles;
use rustls::{ClientConfig, HandshakeKind};
use tokio::io::AsyncWriteExt as _;

use crate::client::{BOTH, Protocol, Raw, Trust, connect};
use crate::pki::{Ca, Pair};
use crate::scene::{Scene, Served, review};

/// A webhook that asks for certificates of this CA.
fn scene_of(ca: &Ca) -> Scene {
    Scene::with(|dir| {
        let client_ca = dir.join("clients.pem");
        std::fs::write(&client_ca, ca.pem()).unwrap();
        CertificateFiles {
            client_ca: Some(client_ca),
            ..CertificateFiles::in_dir(dir)
        }
    })
}

fn showing(scene: &Scene, pair: &Pair) -> Trust {
    scene.trust().showing(&pair.certificate, &pair.key)
}

/// How the handshake of a client went that gets an answer. In TLS 1.3 it learns of a refusal only after
/// its handshake.
async fn served_after(address: SocketAddr, config: &Arc<ClientConfig>) -> Option<HandshakeKind> {
    let stream = connect(address, Arc::clone(config)).await.ok()?;
    let mut raw = Raw(stream);
    let request = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    raw.0.write_all(request).await.ok()?;
    let reply = raw.rest().await;
    assert!(reply.is_empty() || reply.ends_with("\r\n\r\nok"), "{reply}");
    raw.0
        .get_ref()
        .1
        .handshake_kind()
        .filter(|_| !reply.is_empty())
}

async fn serves(served: &Served, trust: &Trust) -> bool {
    let config = Arc::new(trust.config(Protocol::Http1));
    served_after(served.address, &config).await.is_some()
}

#[tokio::test]
async fn a_client_without_a_certificate_of_the_ca_is_refused() {
    let (ca, another) = (Ca::new(), Ca::new());
    let scene = scene_of(&ca);
    let served = scene.serve().await;
    assert!(!serves(&served, &scene.trust()).await, "without");
    let stranger = showing(&scene, &another.client());
    assert!(!serves(&served, &stranger).await, "of another CA");
    let server = showing(&scene, &ca.server());
    assert!(!serves(&served, &server).await, "of a server");

    let client = showing(&scene, &ca.client());
    for protocol in BOTH {
        let mut client = served.client_that(&client, protocol).await;
        assert_eq!(client.review(review(None)).await.status, 200);
    }
    assert_eq!(scene.authenticator.asked().len(), 2);
}

#[tokio::test]
async fn without_a_ca_nobody_is_asked_for_a_certificate() {
    let scene = Scene::new();
    let served = scene.serve().await;
    assert!(serves(&served, &scene.trust()).await);
    let client = showing(&scene, &Ca::new().client());
    assert!(serves(&served, &client).await);
}

#[tokio::test]
async fn another_ca_counts_from_its_reload_on() {
    let (old, new) = (Ca::new(), Ca::new());
    let scene = scene_of(&old);
    let served = scene.serve().await;
    let old_client = showing(&scene, &old.client());
    let new_client = showing(&scene, &new.client());
    let mut open = served.client_that(&old_client, Protocol::Http2).await;

    scene.write("clients.pem", &(old.pem() + &new.pem()));
    scene.certificates.reload().unwrap();
    assert!(serves(&served, &old_client).await, "the old of both");
    assert!(serves(&served, &new_client).await, "the new of both");

    scene.write("clients.pem", &new.pem());
    scene.certificates.reload().unwrap();
    assert!(!serves(&served, &old_client).await, "the old alone");
    assert!(serves(&served, &new_client).await, "the new alone");
    assert_eq!(open.review(review(None)).await.status, 200);
}

#[tokio::test]
async fn no_session_outlives_the_ca_that_it_was_opened_with() {
    let (old, new) = (Ca::new(), Ca::new());
    let scene = scene_of(&old);
    let served = scene.serve().await;
    // Keeps the sessions that it is offered.
    let client = Arc::new(showing(&scene, &old.client()).config(Protocol::Http1));
    for expected in [HandshakeKind::Full, HandshakeKind::Resumed] {
        let handshake = served_after(served.address, &client).await;
        assert_eq!(handshake, Some(expected));
    }
    scene.write("clients.pem", &new.pem());
    scene.certificates.reload().unwrap();
    assert_eq!(served_after(served.address, &client).await, None);
}

#[tokio::test]
async fn a_ca_that_cannot_be_used_changes_nothing_and_says_why() {
    let ca = Ca::new();
    let scene = scene_of(&ca);
    let served = scene.serve().await;
    let client = showing(&scene, &ca.client());
    let no_certificate = "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n";
    for (bad, expected) in [
        ("", "expected PEM with a certificate in `D/clients.pem`"),
        (
            no_certificate,
            "expected PEM with certificates of CAs in `D/clients.pem`",
        ),
    ] {
        scene.write("clients.pem", bad);
        let error = scene.certificates.reload().unwrap_err().to_string();
        let error = error.replace(&*scene.dir.path().to_string_lossy(), "D");
        assert!(error.starts_with(expected), "{error}");
        assert!(serves(&served, &client).await);
        assert!(!serves(&served, &scene.trust()).await);
    }
}

#[tokio::test]
async fn who_watches_the_files_is_told_of_all_of_them() {
    let scene = scene_of(&Ca::new());
    let names: Vec<_> = scene
        .certificates
        .paths()
        .map(|path| path.file_name().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["cert.pem", "key.pem", "clients.pem"]);
}
