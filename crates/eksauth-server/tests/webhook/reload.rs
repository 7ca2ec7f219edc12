//! A certificate that is exchanged while the server serves.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use eksauth_server::CertificateFiles;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::client::{BOTH, Protocol, Raw, Trust};
use crate::pki::{Ca, Pair};
use crate::scene::{Scene, review};

/// A server that shows this pair.
fn scene_with(pair: &Pair) -> Scene {
    Scene::with(|dir| {
        std::fs::write(dir.join("cert.pem"), &pair.certificate).unwrap();
        std::fs::write(dir.join("key.pem"), &pair.key).unwrap();
        CertificateFiles::in_dir(dir)
    })
}

fn der(pair: &Pair) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap()
}

/// The certificate that a new connection is shown.
async fn shown(address: std::net::SocketAddr, trust: &Trust) -> CertificateDer<'static> {
    let stream = trust.connect(address, Protocol::Http1).await.unwrap();
    let certificates = stream.get_ref().1.peer_certificates().unwrap();
    certificates[0].clone().into_owned()
}

#[tokio::test]
async fn new_connections_see_a_new_pair_and_open_ones_go_on() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let old = scene.trust();
    let mut open = Vec::new();
    for protocol in BOTH {
        open.push(served.client(protocol).await);
    }
    let ca = Ca::new();
    let pair = ca.server();
    scene.replace(&pair);
    assert_ne!(shown(served.address, &old).await, der(&pair));

    scene.certificates.reload().unwrap();
    assert_eq!(shown(served.address, &ca.trust()).await, der(&pair));
    for protocol in BOTH {
        let refused = old.connect(served.address, protocol).await;
        assert!(refused.is_err(), "the old one is shown");
    }
    for client in &mut open {
        assert_eq!(client.review(review(None)).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_handshake_fails_while_pairs_are_exchanged() {
    let ca = Ca::new();
    let pairs = [ca.server(), ca.server(), ca.server()];
    let scene = scene_with(&pairs[0]);
    let served = scene.serve().await;
    let (address, trust) = (served.address, ca.trust());
    let (enough, shaken) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let clients: Vec<_> = (0..8)
        .map(|number| {
            let (trust, enough, shaken) = (trust.clone(), Arc::clone(&enough), Arc::clone(&shaken));
            let protocol = BOTH[number % 2];
            tokio::spawn(async move {
                let mut seen = HashSet::new();
                while !enough.load(Ordering::Relaxed) {
                    let stream = trust.connect(address, protocol).await.unwrap();
                    let certificates = stream.get_ref().1.peer_certificates().unwrap();
                    seen.insert(certificates[0].as_ref().to_vec());
                    shaken.fetch_add(1, Ordering::Relaxed);
                }
                seen
            })
        })
        .collect();
    for round in 0..60 {
        let pair = &pairs[round % pairs.len()];
        scene.replace(pair);
        scene.certificates.reload().unwrap();
        // What is shown from here on is the new one, whatever else goes on.
        assert_eq!(shown(address, &trust).await, der(pair), "round {round}");
    }
    enough.store(true, Ordering::Relaxed);
    let mut seen = HashSet::new();
    for client in clients {
        seen.extend(client.await.expect("no handshake fails"));
    }
    let known: HashSet<_> = pairs.iter().map(|pair| der(pair).to_vec()).collect();
    assert!(seen.is_subset(&known) && seen.len() > 1, "{}", seen.len());
    assert!(shaken.load(Ordering::Relaxed) >= 60, "too few handshakes");
}

#[tokio::test]
async fn a_pair_that_cannot_be_used_changes_nothing_and_says_why() {
    let ca = Ca::new();
    let (good, other) = (ca.server(), ca.server());
    let scene = scene_with(&good);
    let served = scene.serve().await;
    let expires = scene.certificates.expires();
    let half = Pair {
        certificate: good.certificate[..100].to_owned(),
        ..good.clone()
    };
    // As when one of two files is there already.
    let mixed = Pair {
        certificate: other.certificate.clone(),
        ..good.clone()
    };
    let no_key = Pair {
        key: "none".to_owned(),
        ..good.clone()
    };
    for (bad, expected) in [
        (half, "expected PEM with a certificate in"),
        (mixed, "expected the key of the certificate in"),
        (no_key, "expected PEM with an RSA, ECDSA"),
    ] {
        scene.replace(&bad);
        let error = scene.certificates.reload().unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
        assert_eq!(shown(served.address, &ca.trust()).await, der(&good));
        assert_eq!(scene.certificates.expires(), expires);
    }
    std::fs::remove_file(scene.dir.path().join("key.pem")).unwrap();
    let error = scene.certificates.reload().unwrap_err().to_string();
    assert!(error.starts_with("cannot read `"), "{error}");

    scene.replace(&other);
    scene.certificates.reload().unwrap();
    assert_eq!(shown(served.address, &ca.trust()).await, der(&other));
    let mut client = served.client_that(&ca.trust(), Protocol::Http2).await;
    let metrics = client.get("/metrics").await.body;
    let name = "aws_iam_authenticator_webhook_certificate_reloads_total";
    for (result, count) in [("success", 1), ("failure", 4)] {
        let series = format!("{name}{{result=\"{result}\"}} {count}\n");
        assert!(metrics.contains(&series), "{metrics}");
    }
}

#[tokio::test]
async fn the_end_of_the_new_one_is_told_and_waited_for() {
    let ca = Ca::new();
    let scene = scene_with(&ca.server_until(2027));
    let served = scene.serve().await;
    let mut client = served.client_that(&ca.trust(), Protocol::Http2).await;
    let name = "aws_iam_authenticator_webhook_certificate_expiry_timestamp_seconds";
    for (year, seconds, ready) in [(2027, 1_798_761_600_u64, 503), (2030, 1_893_456_000, 200)] {
        scene.replace(&ca.server_until(year));
        scene.certificates.reload().unwrap();
        scene
            .clock
            .set(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_798_761_600 + 1));
        let metrics = client.get("/metrics").await.body;
        assert!(
            metrics.contains(&format!("{name} {seconds}\n")),
            "{metrics}"
        );
        let reply = client.get("/readyz").await;
        assert_eq!(reply.status, ready, "{}", reply.body);
    }
}

#[tokio::test]
async fn a_connection_in_its_handshake_may_go_on_with_the_one_it_began_with() {
    let ca = Ca::new();
    let (first, second) = (ca.server(), ca.server());
    let scene = scene_with(&first);
    let served = scene.serve().await;
    let tcp = tokio::net::TcpStream::connect(served.address)
        .await
        .unwrap();
    served.until_connections(1).await;
    scene.replace(&second);
    scene.certificates.reload().unwrap();
    let config = Arc::new(ca.trust().config(Protocol::Http1));
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let stream = tokio_rustls::TlsConnector::from(config)
        .connect(name, tcp)
        .await
        .unwrap();
    let mut raw = Raw(stream);
    raw.write("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    assert!(raw.rest().await.ends_with("\r\n\r\nok"));
}
