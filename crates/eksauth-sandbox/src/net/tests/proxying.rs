//! The proxy, as AWS clients use it.

use tokio::io::AsyncReadExt as _;

use super::Fixture;
use super::client::{ask_proxy, connect, fetch, get, http, tcp, tls};

#[tokio::test]
async fn aws_hosts_are_played_with_a_certificate_of_their_own() {
    let sandbox = Fixture::start().await;
    for host in [
        "sts.eu-west-1.amazonaws.com",
        "eks.us-gov-west-1.amazonaws.com",
        "sts.cn-north-1.amazonaws.com.cn",
        "eks.eusc-de-east-1.api.amazonwebservices.eu",
    ] {
        let tunnel = connect(sandbox.proxy.local_addr(), &format!("{host}:443")).await;
        let stream = tls(&sandbox.authority, tunnel, host).await.unwrap();
        let mut client = http(stream).await;
        assert_eq!(
            fetch(&mut client, host, "/first").await,
            format!("{host} /first 0")
        );
        assert_eq!(
            fetch(&mut client, host, "/second").await,
            format!("{host} /second 0")
        );
    }
}

#[tokio::test]
async fn an_outage_hangs_up_through_the_proxy_too() {
    let sandbox = Fixture::start().await;
    let host = "sts.amazonaws.com";
    let tunnel = connect(sandbox.proxy.local_addr(), "sts.amazonaws.com:443").await;
    let stream = tls(&sandbox.authority, tunnel, host).await.unwrap();
    let mut client = http(stream).await;
    assert!(client.send_request(get(host, "/outage")).await.is_err());
}

#[tokio::test]
async fn names_that_are_not_aws_get_no_certificate() {
    let sandbox = Fixture::start().await;
    let tunnel = connect(sandbox.proxy.local_addr(), "sts.amazonaws.com:443").await;
    let look_alike = "sts.amazonaws.com.example.org";
    assert!(tls(&sandbox.authority, tunnel, look_alike).await.is_err());
}

#[tokio::test]
async fn other_hosts_are_tunnelled() {
    let sandbox = Fixture::start().await;
    let server = sandbox.http_server().await.local_addr();
    for target in [server.to_string(), format!("localhost:{}", server.port())] {
        let tunnel = connect(sandbox.proxy.local_addr(), &target).await;
        let mut client = http(tunnel).await;
        assert_eq!(fetch(&mut client, "any", "/a").await, "any /a 0");
        assert_eq!(fetch(&mut client, "any", "/b").await, "any /b 0");
    }
}

#[tokio::test]
async fn the_end_of_one_side_ends_the_tunnel() {
    let sandbox = Fixture::start().await;
    let target = super::listener().await;
    let address = target.local_addr().unwrap().to_string();
    let (mut tunnel, accepted) = tokio::join!(
        connect(sandbox.proxy.local_addr(), &address),
        target.accept()
    );
    drop(accepted.unwrap());
    assert_eq!(tunnel.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let sandbox = Fixture::start().await;
    // A port that was free a moment ago, and that nobody listens on.
    let closed = super::listener().await.local_addr().unwrap();
    for (request, status, reason) in [
        ("CONNECT sts.amazonaws.com:80", 502, "on port 443 only"),
        ("CONNECT STS.amazonaws.com.:8443", 502, "on port 443 only"),
        ("CONNECT 169.254.169.254:80", 502, "metadata"),
        ("CONNECT [fd00:ec2::254]:80", 502, "metadata"),
        ("CONNECT [::ffff:169.254.170.2]:80", 502, "metadata"),
        (&format!("CONNECT {closed}"), 502, "cannot reach 127.0.0.1:"),
        (
            "GET http://169.254.169.254/latest/meta-data/",
            502,
            "metadata",
        ),
        ("GET http://sts.amazonaws.com/", 502, "HTTPS only"),
        (
            "GET http://sts.amazonaws.com.example.org/",
            501,
            "only CONNECT",
        ),
        ("GET /", 501, "only CONNECT"),
    ] {
        let (mut stream, head) = ask_proxy(sandbox.proxy.local_addr(), request).await;
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {head}"
        );
        let (_, length) = head.split_once("content-length: ").unwrap();
        let length = length.lines().next().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains(reason), "{request}: {body}");
    }
}

#[tokio::test]
async fn a_target_without_a_port_is_refused() {
    let sandbox = Fixture::start().await;
    let (_, head) = ask_proxy(sandbox.proxy.local_addr(), "CONNECT sts.amazonaws.com").await;
    assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
    // The proxy goes on.
    drop(tcp(sandbox.proxy.local_addr()).await);
}
