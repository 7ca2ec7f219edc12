//! Certificates for whichever AWS name a client asks for.

use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::issuer::Issuer;
use crate::net::{NetError, is_aws_host};

/// A command uses a handful of services in a few regions; one that walks through all of them makes
/// some certificates twice.
const LEAVES_KEPT: usize = 256;

/// Makes certificates when they are asked for. A client that names no host, since it uses an IP
/// address, is told that this is loopback.
pub(super) struct OnDemand {
    issuer: Arc<Issuer>,
    loopback: Arc<CertifiedKey>,
    leaves: Cache<String, Arc<CertifiedKey>>,
}

impl OnDemand {
    pub(super) fn new(issuer: Arc<Issuer>) -> Result<Self, NetError> {
        Ok(Self {
            loopback: issuer.issue(&["127.0.0.1", "::1", "localhost"])?,
            leaves: Cache::new(LEAVES_KEPT),
            issuer,
        })
    }

    fn leaf(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        if host.eq_ignore_ascii_case("localhost") {
            return Some(Arc::clone(&self.loopback));
        }
        if !is_aws_host(host) {
            return None;
        }
        let host = host.to_ascii_lowercase();
        self.leaves
            .get_or_insert_with(&host, || self.issuer.issue(&[&host]))
            .inspect_err(|error| tracing::warn!(%error, "no certificate for an AWS host"))
            .ok()
    }
}

impl ResolvesServerCert for OnDemand {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        match hello.server_name() {
            Some(host) => self.leaf(host),
            None => Some(Arc::clone(&self.loopback)),
        }
    }
}

impl fmt::Debug for OnDemand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnDemand")
            .field("leaves", &self.leaves.len())
            .finish_non_exhaustive()
    }
}
