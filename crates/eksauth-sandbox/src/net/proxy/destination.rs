//! Where a request to the proxy wants to go.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hyper::{Method, Request};
use tokio::net::{TcpStream, lookup_host};

use super::refusal::Refusal;
use crate::net::is_aws_host;

/// The port of all AWS endpoints.
const HTTPS: u16 = 443;

/// How long resolving and connecting may take together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a tunnel leads.
#[derive(Debug)]
pub(super) enum Destination {
    /// To the sandbox's own AWS.
    Aws,
    /// Out of the sandbox.
    Elsewhere(Elsewhere),
}

/// A host that is not AWS's.
#[derive(Debug)]
pub(super) struct Elsewhere {
    host: String,
    port: u16,
}

impl Destination {
    pub(super) fn of<B>(request: &Request<B>) -> Result<Self, Refusal> {
        let uri = request.uri();
        let host = uri.host().map(without_brackets).unwrap_or_default();
        if request.method() != Method::CONNECT {
            return Err(refusal_of_plain_http(host));
        }
        let Some(port) = uri.port_u16().filter(|_| !host.is_empty()) else {
            return Err(Refusal::NoDestination);
        };
        let host = host.to_owned();
        match (is_aws_host(&host), port) {
            (true, HTTPS) => Ok(Self::Aws),
            (true, _) => Err(Refusal::AwsPort { host }),
            (false, port) => Ok(Self::Elsewhere(Elsewhere { host, port })),
        }
    }
}

impl Elsewhere {
    pub(super) async fn connect(self) -> Result<TcpStream, Refusal> {
        let Self { host, port } = self;
        let connected = async {
            let addresses: Vec<SocketAddr> = lookup_host((host.as_str(), port)).await?.collect();
            // After the name is resolved, since a name may lead there too.
            if addresses.iter().any(|it| is_metadata(it.ip())) {
                return Ok(None);
            }
            TcpStream::connect(&addresses[..]).await.map(Some)
        };
        let connected = tokio::time::timeout(CONNECT_TIMEOUT, connected).await;
        match connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(Some(stream)) => Ok(stream),
            Ok(None) => Err(Refusal::Metadata),
            Err(source) => Err(Refusal::Unreachable { host, port, source }),
        }
    }
}

/// All plain HTTP is refused; when it is meant for AWS, there is more to say.
fn refusal_of_plain_http(host: &str) -> Refusal {
    if host.parse().is_ok_and(is_metadata) {
        return Refusal::Metadata;
    }
    if is_aws_host(host) {
        let host = host.to_owned();
        return Refusal::PlainAws { host };
    }
    Refusal::OnlyConnect
}

/// Where EC2 (`169.254.169.254`, `fd00:ec2::254`), ECS (`169.254.170.2`) and EKS (`169.254.170.23`,
/// `fd00:ec2::23`) hand out the credentials of the machine: a sandbox on such a machine must not
/// find them.
fn is_metadata(address: IpAddr) -> bool {
    /// The first two groups of `fd00:ec2::/32`.
    const EC2: [u16; 2] = [0xfd00, 0x0ec2];
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => groups(address) == EC2,
    }
}

fn groups(address: Ipv6Addr) -> [u16; 2] {
    let [first, second, ..] = address.segments();
    [first, second]
}

/// In a URI, an IPv6 address stands in brackets.
fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|it| it.strip_suffix(']'))
        .unwrap_or(host)
}
