//! The other paths, and the health port.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eksauth_server::{Webhook, serve_health};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::client::{BOTH, Protocol, request};
use crate::scene::Scene;

#[tokio::test]
async fn the_process_is_alive_whatever_the_method() {
    let scene = Scene::new();
    let served = scene.serve().await;
    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        for method in ["GET", "POST"] {
            let reply = client.send(request(method, "/healthz", "")).await.unwrap();
            assert_eq!((reply.status, &*reply.body), (200, "ok"));
        }
        let reply = client.send(request("HEAD", "/healthz", "")).await.unwrap();
        assert_eq!((reply.status, &*reply.body), (200, ""));
    }
}

#[tokio::test]
async fn other_paths_are_not_there() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut client = served.client(Protocol::Http1).await;
    for path in [
        "/",
        "/authenticate/",
        "/Authenticate",
        "/debug/pprof/",
        "//authenticate",
    ] {
        let reply = client.get(path).await;
        assert_eq!((reply.status, &*reply.body), (404, "404 page not found\n"));
    }
}

#[tokio::test]
async fn it_is_ready_once_nothing_is_missing_and_says_what_is() {
    let scene = Scene::new();
    let loaded = Arc::new(AtomicBool::new(false));
    let builder = scene.webhook().ready({
        let loaded = Arc::clone(&loaded);
        move || match loaded.load(Ordering::Relaxed) {
            true => Vec::new(),
            false => vec!["backend EKSConfigMap".to_owned()],
        }
    });
    let served = scene.serve_as(builder).await;
    let mut client = served.client(Protocol::Http2).await;
    let reply = client.get("/readyz").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.body, "not ready, missing: backend EKSConfigMap\n");

    loaded.store(true, Ordering::Relaxed);
    let reply = client.get("/readyz").await;
    assert_eq!((reply.status, &*reply.body), (200, "ok"));

    scene.clock.advance(Duration::from_hours(10 * 365 * 24 + 1));
    let reply = client.get("/readyz").await;
    assert_eq!(reply.status, 503);
    assert!(reply.body.contains("certificate"), "{}", reply.body);
}

#[tokio::test]
async fn without_a_registry_there_are_no_metrics() {
    let scene = Scene::new();
    let builder = Webhook::builder(scene.authenticator.clone(), scene.certificates.clone());
    let served = scene.serve_as(builder).await;
    let reply = served.client(Protocol::Http1).await.get("/metrics").await;
    assert_eq!(reply.status, 404);
}

#[tokio::test]
async fn the_health_port_says_ok_to_everything_in_plain_http() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let server = tokio::spawn({
        let shutdown = shutdown.clone();
        async move { serve_health(listener, &shutdown).await }
    });
    for line in ["GET /healthz", "POST /any/path", "DELETE /"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!("{line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
        assert!(reply.ends_with("\r\n\r\nok"), "{reply}");
    }
    shutdown.cancel();
    server.await.unwrap();
    TcpStream::connect(address).await.unwrap_err();
}
