//! kube-apiserver.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::SandboxError;
use crate::net::{Authority, KeyPem, NetError};

use super::admin::Admin;
use super::etcd::Etcd;
use super::home::Home;
use super::process::{Process, Watched};
use super::programs::Programs;
use super::{ControlPlaneError, TokenReviewVersion};

const CA: &str = "ca.pem";
const CERTIFICATE: &str = "server.pem";
const KEY: &str = "server-key.pem";
const SERVICE_ACCOUNTS: &str = "service-accounts.pem";
const SERVICE_ACCOUNTS_KEY: &str = "service-accounts-key.pem";

/// It takes about five seconds, and many more on a machine that is busy.
const READY_WITHIN: Duration = Duration::from_secs(180);

const PAUSE: Duration = Duration::from_millis(100);

/// Between the choice of a port and its use somebody else may take it.
const PORTS_TRIED: usize = 3;

/// What is asked of kube-apiserver.
pub(super) struct Settings<'a> {
    /// The kubeconfig of the webhook.
    pub(super) webhook: &'a Path,
    pub(super) token_review_version: TokenReviewVersion,
    pub(super) webhook_cache: Duration,
}

/// A kube-apiserver, which ends when this is dropped.
pub(super) struct Kube {
    address: SocketAddr,
    process: Process,
}

impl Kube {
    /// Starts it, and waits until it is ready.
    pub(super) async fn start(
        programs: &Programs,
        home: &Home,
        etcd: &Etcd,
        settings: &Settings<'_>,
        admin: &Admin,
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, SandboxError> {
        let mut tries = 1..=PORTS_TRIED;
        loop {
            let address = free_address()?;
            let arguments = settings.arguments(address, etcd);
            tell("starting kube-apiserver");
            let program = &programs.kube_apiserver;
            let process = Process::start("kube-apiserver", program, &arguments, home)?;
            let kube = Self { address, process };
            tries.next();
            match kube.ready(etcd, admin, tell).await {
                Ok(()) => return Ok(kube),
                Err(error) if is_about_the_port(&error) && !tries.is_empty() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn watched(&self) -> Watched {
        self.process.watched()
    }

    async fn ready(
        &self,
        etcd: &Etcd,
        admin: &Admin,
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<(), ControlPlaneError> {
        let mut missing = String::new();
        let waiting = async {
            loop {
                etcd.check()?;
                self.process.check()?;
                match admin.missing(self.address).await {
                    None => return Ok(()),
                    Some(found) if found != missing => {
                        tell(&format!(
                            "waiting for kube-apiserver: {}",
                            shortened(&found)
                        ));
                        missing = found;
                    }
                    Some(_) => {}
                }
                sleep(PAUSE).await;
            }
        };
        match timeout(READY_WITHIN, waiting).await {
            Ok(ready) => ready,
            Err(_) => Err(self.process.not_ready(READY_WITHIN.as_secs(), missing)),
        }
    }
}

/// At first it misses more than a dozen things.
fn shortened(missing: &str) -> String {
    match missing.split_once(", ") {
        Some((first, others)) => format!("{first} and {} more", others.split(", ").count()),
        None => missing.to_owned(),
    }
}

fn is_about_the_port(error: &ControlPlaneError) -> bool {
    matches!(error, ControlPlaneError::Ended { log, .. } if log.contains("address already in use"))
}

/// It takes no port 0 itself.
fn free_address() -> Result<SocketAddr, NetError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

impl Settings<'_> {
    /// Writes what it reads.
    pub(super) fn write_files(
        &self,
        home: &Home,
        authority: &Authority,
    ) -> Result<(), SandboxError> {
        let server = authority.server_pem(&["127.0.0.1", "::1", "localhost"])?;
        home.write(CA, &authority.pem())?;
        home.write(CERTIFICATE, &server.certificate)?;
        home.write(KEY, &server.key)?;
        let service_accounts = KeyPem::generate()?;
        home.write(SERVICE_ACCOUNTS, &service_accounts.public)?;
        home.write(SERVICE_ACCOUNTS_KEY, &service_accounts.private)
    }

    fn arguments(&self, address: SocketAddr, etcd: &Etcd) -> Vec<String> {
        [
            ("etcd-servers", etcd.url()),
            ("bind-address", address.ip().to_string()),
            ("secure-port", address.port().to_string()),
            // Otherwise it looks for a network, and some machines have none.
            ("advertise-address", address.ip().to_string()),
            // Nobody in the cluster wants to reach it by its service.
            ("endpoint-reconciler-type", "none".to_owned()),
            ("service-cluster-ip-range", "10.96.0.0/16".to_owned()),
            ("tls-cert-file", CERTIFICATE.to_owned()),
            ("tls-private-key-file", KEY.to_owned()),
            // The sandbox itself is the only client with a certificate.
            ("client-ca-file", CA.to_owned()),
            ("authorization-mode", "Node,RBAC".to_owned()),
            (
                "authentication-token-webhook-config-file",
                self.webhook.display().to_string(),
            ),
            (
                "authentication-token-webhook-version",
                self.token_review_version.as_str().to_owned(),
            ),
            (
                "authentication-token-webhook-cache-ttl",
                format!("{}ms", self.webhook_cache.as_millis()),
            ),
            (
                "service-account-issuer",
                "https://kubernetes.default.svc".to_owned(),
            ),
            ("service-account-key-file", SERVICE_ACCOUNTS.to_owned()),
            (
                "service-account-signing-key-file",
                SERVICE_ACCOUNTS_KEY.to_owned(),
            ),
            // The controller is missing that makes the service account which each pod must have.
            ("disable-admission-plugins", "ServiceAccount".to_owned()),
            ("profiling", "false".to_owned()),
        ]
        .map(|(flag, value)| format!("--{flag}={value}"))
        .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_things_that_are_missing_the_first_one_is_told() {
        assert_eq!(shortened("no answer"), "no answer");
        assert_eq!(shortened("etcd, informer-sync"), "etcd and 1 more");
        assert_eq!(shortened("etcd, informer-sync, ping"), "etcd and 2 more");
    }
}
