//! The HTTP client of the AWS SDK, built when the first request needs it.
//!
//! The SDK validates its client while configuration is loaded, which would read the whole trust
//! store of the system even where credentials come from the environment. This client leaves that
//! out, and loads roots for HTTPS only: instance and container metadata are plain HTTP.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use data_encoding::BASE64;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::Context;

/// Hosts that answer only on the machine itself and must never be looked for behind a proxy:
/// loopback, instance metadata, container credentials.
const NEVER_PROXIED: &str = "localhost,127.0.0.0/8,::1,169.254.169.254,169.254.170.2,\
                             169.254.170.23,fd00:ec2::254,fd00:ec2::23";

/// Builds connectors on first use.
pub(crate) struct LazyClient {
    network: Arc<Network>,
    /// Time-outs are a property of a connector, and a connector owns a connection pool.
    connectors: Mutex<HashMap<Timeouts, SharedHttpConnector>>,
}

type Timeouts = (Option<Duration>, Option<Duration>);

/// How to reach servers.
struct Network {
    http_proxy: Option<String>,
    https_proxy: Option<String>,
    no_proxy: String,
    ca_bundle: Option<PathBuf>,
}

impl LazyClient {
    pub(crate) fn new(context: &Context, ca_bundle: Option<PathBuf>) -> Self {
        let either = |upper: &str, lower: &str| context.var(lower).or_else(|| context.var(upper));
        let any_proxy = either("ALL_PROXY", "all_proxy");
        let no_proxy = either("NO_PROXY", "no_proxy").unwrap_or_default();
        let network = Network {
            http_proxy: either("HTTP_PROXY", "http_proxy").or_else(|| any_proxy.clone()),
            https_proxy: either("HTTPS_PROXY", "https_proxy").or(any_proxy),
            no_proxy: format!("{no_proxy},{NEVER_PROXIED}"),
            ca_bundle,
        };
        Self {
            network: Arc::new(network),
            connectors: Mutex::default(),
        }
    }
}

impl HttpClient for LazyClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        // The map is whole at every moment, so a panic elsewhere leaves nothing to repair.
        let mut connectors = self.connectors.lock().unwrap_or_else(|it| it.into_inner());
        let connector = connectors.entry(timeouts).or_insert_with(|| {
            SharedHttpConnector::new(LazyConnector {
                network: Arc::clone(&self.network),
                settings: settings.clone(),
                sleep: components.sleep_impl(),
                plain: OnceLock::new(),
                secure: OnceLock::new(),
            })
        });
        connector.clone()
    }
}

impl fmt::Debug for LazyClient {
    /// Leaves proxies out: their URLs may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyClient").finish_non_exhaustive()
    }
}

struct LazyConnector {
    network: Arc<Network>,
    settings: HttpConnectorSettings,
    sleep: Option<SharedAsyncSleep>,
    plain: OnceLock<Result<Connector, NetworkError>>,
    secure: OnceLock<Result<Connector, NetworkError>>,
}

impl LazyConnector {
    fn for_request(&self, request: &HttpRequest) -> &Result<Connector, NetworkError> {
        if request.uri().starts_with("https://") {
            self.secure.get_or_init(|| self.build_secure())
        } else {
            self.plain.get_or_init(|| self.build_plain())
        }
    }

    fn build_plain(&self) -> Result<Connector, NetworkError> {
        let builder = self
            .builder()
            .proxy_config(self.network.proxy(&self.network.http_proxy)?);
        Ok(builder.build_http())
    }

    fn build_secure(&self) -> Result<Connector, NetworkError> {
        let builder = self
            .builder()
            .proxy_config(self.network.proxy(&self.network.https_proxy)?);
        let context = TlsContext::builder().with_trust_store(self.network.trust_store()?);
        let context = context
            .build()
            .map_err(|error| NetworkError(error.to_string()))?;
        Ok(builder
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .tls_context(context)
            .build())
    }

    fn builder(&self) -> ConnectorBuilder {
        let mut builder = Connector::builder().connector_settings(self.settings.clone());
        builder.set_sleep_impl(self.sleep.clone());
        builder
    }
}

impl HttpConnector for LazyConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match self.for_request(&request) {
            Ok(connector) => connector.call(request),
            Err(error) => {
                HttpConnectorFuture::ready(Err(ConnectorError::user(Box::new(error.clone()))))
            }
        }
    }
}

impl fmt::Debug for LazyConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyConnector")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Network {
    fn proxy(&self, url: &Option<String>) -> Result<ProxyConfig, NetworkError> {
        let Some(url) = url else {
            return Ok(ProxyConfig::disabled());
        };
        // `HTTPS_PROXY=proxy:8080` is common, and means a plain HTTP proxy.
        let url = if url.contains("://") {
            url.clone()
        } else {
            format!("http://{url}")
        };
        // The URL may hold a password, so the error does not repeat it.
        let proxy = ProxyConfig::all(url).map_err(|_| {
            NetworkError(
                "expected `http://[user:password@]host[:port]` in HTTPS_PROXY, HTTP_PROXY or \
                 ALL_PROXY, but found something else"
                    .to_owned(),
            )
        })?;
        Ok(proxy.no_proxy(&self.no_proxy))
    }

    /// The roots of the bundle alone if there is one, as in the AWS CLI; otherwise the system's.
    fn trust_store(&self) -> Result<TrustStore, NetworkError> {
        let Some(path) = &self.ca_bundle else {
            return Ok(TrustStore::default());
        };
        let pem = std::fs::read(path).map_err(|error| {
            NetworkError(format!(
                "expected certificates in `{}` (AWS_CA_BUNDLE or `ca_bundle`), but found: {error}",
                path.display()
            ))
        })?;
        let certificates = certificates(&pem);
        if certificates.is_empty() {
            return Err(NetworkError(format!(
                "expected PEM certificates in `{}` (AWS_CA_BUNDLE or `ca_bundle`), but found none \
                 that can be read",
                path.display()
            )));
        }
        let none = TrustStore::empty();
        Ok(certificates
            .iter()
            .fold(none, |store, it| store.with_pem_certificate(to_pem(it))))
    }
}

/// The certificates that can be trusted as roots. Large bundles have odd ones among them, which
/// OpenSSL passes over too; the SDK would panic.
fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    let readable = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
    readable
        .filter(|it| RootCertStore::empty().add(it.clone()).is_ok())
        .collect()
}

fn to_pem(certificate: &CertificateDer<'_>) -> String {
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        BASE64.encode(certificate)
    )
}

/// A network that cannot be set up as configured.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
struct NetworkError(String);
