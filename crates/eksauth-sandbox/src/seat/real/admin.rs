//! The sandbox itself, as a client of its control plane.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::SandboxError;
use crate::net::{Authority, NetError};

/// More than any answer that is read here.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The group whose members may do everything.
pub(super) const MASTERS: &str = "system:masters";

const TIMEOUT: Duration = Duration::from_secs(10);

/// Someone in `system:masters`, by a certificate whose key never leaves the process.
pub(super) struct Admin(TlsConnector);

/// What the API server says.
pub(super) struct Said {
    pub(super) status: StatusCode,
    pub(super) body: String,
}

type Trouble = Box<dyn Error + Send + Sync>;

impl Admin {
    pub(super) fn new(authority: &Authority) -> Result<Self, SandboxError> {
        let config = tls(authority).map_err(SandboxError::Network)?;
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// What an API server still misses to be ready, as far as it says so.
    pub(super) async fn missing(&self, address: SocketAddr) -> Option<String> {
        match self
            .ask(address, Method::GET, "/readyz?verbose", None)
            .await
        {
            Ok(said) if said.status == StatusCode::OK => None,
            Ok(said) => Some(failed_checks(&said)),
            Err(_) => Some("no answer".to_owned()),
        }
    }

    /// Asks an API server for something, or sends it an object; a `PATCH` is a merge patch.
    pub(super) async fn ask(
        &self,
        address: SocketAddr,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Said, Trouble> {
        tokio::time::timeout(TIMEOUT, self.exchange(address, method, path, body)).await?
    }

    async fn exchange(
        &self,
        address: SocketAddr,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Said, Trouble> {
        let stream = TcpStream::connect(address).await?;
        let stream = self
            .0
            .connect(ServerName::from(address.ip()), stream)
            .await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends when the sender is dropped.
        tokio::spawn(connection);
        let content_type = match method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, address.to_string())
            .header(CONTENT_TYPE, content_type)
            .body(Full::new(Bytes::from(body)))?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LARGEST_ANSWER);
        let body = body.collect().await?.to_bytes();
        Ok(Said {
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

fn tls(authority: &Authority) -> Result<ClientConfig, Trouble> {
    let pair = authority.client_pem("eksauth-sandbox", MASTERS)?;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes())?)?;
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes())?;
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes())?;
    // Named, since the process may have no default provider, or another one.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![certificate], key);
    Ok(config.map_err(NetError::from)?)
}

/// Such as `[-]etcd failed: reason withheld`, a line each.
fn failed_checks(said: &Said) -> String {
    let failed = said.body.lines().filter_map(|it| it.strip_prefix("[-]"));
    let names: Vec<String> = failed
        .filter_map(|it| it.split_whitespace().next())
        .map(|it| it.escape_default().to_string())
        .collect();
    match names.is_empty() {
        true => said.status.to_string(),
        false => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_that_failed_are_named() {
        let said = |body: &str| Said {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            body: body.to_owned(),
        };
        let two = "[+]ping ok\n[-]etcd failed: reason withheld\n[-]poststarthook/rbac/bootstrap-roles \
                   failed: not finished\nreadyz check failed\n";
        assert_eq!(
            failed_checks(&said(two)),
            "etcd, poststarthook/rbac/bootstrap-roles"
        );
        assert_eq!(failed_checks(&said("")), "500 Internal Server Error");
    }
}
