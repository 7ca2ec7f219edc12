//! Shutdown always ends, whatever is open.

use std::convert::Infallible;

use futures_util::{StreamExt as _, stream};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::Response;
use hyper::body::{Bytes, Frame};
use hyper::service::service_fn;
use tokio::io::AsyncReadExt as _;
use tokio_util::sync::CancellationToken;

use super::client::{connect, fetch, get, http, tcp, tls};
use super::{Fixture, listener, serve};

#[tokio::test]
async fn an_idle_connection_ends_at_once() {
    let sandbox = Fixture::start().await;
    let server = sandbox.http_server().await;
    let mut client = http(tcp(server.local_addr()).await).await;
    fetch(&mut client, "a", "/").await;
    sandbox.shutdown.cancel();
    server.stopped().await;
    assert!(client.send_request(get("a", "/")).await.is_err());
}

#[tokio::test]
async fn a_connection_without_a_request_ends() {
    let sandbox = Fixture::start().await;
    let (http, https) = (sandbox.http_server().await, sandbox.https_server().await);
    let mut silent = [tcp(http.local_addr()).await, tcp(https.local_addr()).await];
    // Nothing else is left to wait for than the grace.
    tokio::time::pause();
    sandbox.shutdown.cancel();
    http.stopped().await;
    https.stopped().await;
    for stream in &mut silent {
        // The end may come as a reset.
        assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
    }
}

#[tokio::test]
async fn open_tunnels_end() {
    let sandbox = Fixture::start().await;
    let elsewhere = listener().await;
    let address = elsewhere.local_addr().unwrap().to_string();
    let mut tunnel = connect(sandbox.proxy.local_addr(), &address).await;
    let aws = connect(sandbox.proxy.local_addr(), "sts.amazonaws.com:443").await;
    let aws = tls(&sandbox.authority, aws, "sts.amazonaws.com")
        .await
        .unwrap();
    let mut aws = http(aws).await;
    fetch(&mut aws, "sts.amazonaws.com", "/").await;
    let mut unshaken = connect(sandbox.proxy.local_addr(), "sts.amazonaws.com:443").await;

    sandbox.shutdown.cancel();
    sandbox.proxy.stopped().await;
    assert_eq!(tunnel.read(&mut [0]).await.unwrap_or(0), 0);
    assert_eq!(unshaken.read(&mut [0]).await.unwrap_or(0), 0);
    assert!(aws.send_request(get("a", "/")).await.is_err());
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let shutdown = CancellationToken::new();
    let endless = service_fn(async |_| {
        let first = Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"first")));
        let frames = stream::iter([first]).chain(stream::pending());
        Ok::<_, Infallible>(Response::new(StreamBody::new(frames)))
    });
    let server = serve(listener().await, None, endless, &shutdown).unwrap();
    let mut client = http(tcp(server.local_addr()).await).await;
    let mut answer = client.send_request(get("a", "/")).await.unwrap();
    assert!(answer.frame().await.unwrap().unwrap().is_data());
    // Nothing else is left to wait for than the grace.
    tokio::time::pause();
    shutdown.cancel();
    server.stopped().await;
    assert!(answer.frame().await.unwrap().is_err());
}
