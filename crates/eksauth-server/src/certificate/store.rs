//! The certificate in use.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use arc_swap::ArcSwap;
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use jiff::{SignedDuration, Timestamp};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;

use super::{CertificateError, CertificateFiles, ServerNames, expiry, generate, tls};

/// From so long before its end on, a certificate is complained about.
const WARNING: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The certificate, key and clients' CAs of a webhook, which can be exchanged while it serves.
///
/// # Made here
///
/// When the certificate or the key is missing, [`open`](Self::open) makes both: a self-signed ECDSA
/// P-256 certificate for the [`ServerNames`], its key in PKCS #8 with mode 0600, valid for ten years.
/// It is no CA's, and the API server trusts exactly this one, because the
/// [`WebhookKubeconfig`](super::WebhookKubeconfig) says so. To renew it, delete both files, start
/// again, and restart the API servers once the kubeconfig is written: they read it when they start,
/// and until then cannot verify the new certificate.
///
/// # Handed in
///
/// A pair that is there is loaded as it is: RSA, ECDSA P-256 or P-384, or Ed25519. A key of another
/// certificate is an error. A certificate that has expired, soon will, or is not for the hostname is
/// used and warned about. A certificate of a CA that the kubeconfig trusts can be renewed under the
/// API server: replace the files and [`reload`](Self::reload).
///
/// Clones share everything.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_server::{CertificateFiles, CertificateStore, ServerNames, WebhookKubeconfig};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let state_dir = dir.path();
/// let names = ServerNames::new("127.0.0.1".parse()?, "localhost")?;
/// let files = CertificateFiles::in_dir(state_dir);
/// let store = CertificateStore::open(files, names.clone(), SystemTimeSource::new())?;
///
/// let kubeconfig = WebhookKubeconfig::new(&names, 21362, &store);
/// kubeconfig.write(&state_dir.join("kubeconfig.yaml"))?;
///
/// // When the files have changed:
/// store.reload()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CertificateStore {
    shared: Arc<Shared>,
}

struct Shared {
    files: CertificateFiles,
    names: ServerNames,
    time_source: SharedTimeSource,
    /// A whole configuration, not only a certificate: no session outlives the CAs it was opened with.
    current: ArcSwap<Current>,
    metrics: Metrics,
}

struct Current {
    config: Arc<ServerConfig>,
    certificate: CertificateDer<'static>,
    expires: Timestamp,
}

#[derive(Default)]
struct Metrics {
    expires: Gauge<i64, AtomicI64>,
    reloads: Family<ResultLabel, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabel {
    result: &'static str,
}

impl CertificateStore {
    /// Loads the files, and makes the certificate and its key if one of them is missing. Their
    /// directory has to exist.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] when there is nothing to show in the end.
    pub fn open(
        files: CertificateFiles,
        names: ServerNames,
        time_source: impl TimeSource + 'static,
    ) -> Result<Self, CertificateError> {
        let time_source = SharedTimeSource::new(time_source);
        let now = at(&time_source);
        let is_made_here = !files.has_pair()?;
        if is_made_here {
            if files.has_half()? {
                tracing::warn!(
                    certificate = %files.certificate.display(),
                    key = %files.key.display(),
                    "one of the two was missing: the other one is replaced too"
                );
            }
            generate::write_pair(&files, &names, now)?;
        }
        let current = Current::load(&files, &names, now)?;
        if is_made_here {
            tracing::info!(
                certificate = %files.certificate.display(),
                key = %files.key.display(),
                expires = %current.expires,
                "made a certificate that is valid for ten years"
            );
        }
        let metrics = Metrics::default();
        metrics.expires.set(current.expires.as_second());
        Ok(Self {
            shared: Arc::new(Shared {
                files,
                names,
                time_source,
                current: ArcSwap::from_pointee(current),
                metrics,
            }),
        })
    }

    /// Loads the files again. New connections see what is in them; those that are open go on.
    /// It reads a few short files, and blocks for that long.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] when a file cannot be used. Then all stays as it was.
    pub fn reload(&self) -> Result<(), CertificateError> {
        let shared = &self.shared;
        let loaded = Current::load(&shared.files, &shared.names, self.now());
        let result = match &loaded {
            Ok(_) => "success",
            Err(_) => "failure",
        };
        shared
            .metrics
            .reloads
            .get_or_create(&ResultLabel { result })
            .inc();
        let current = loaded?;
        shared.metrics.expires.set(current.expires.as_second());
        shared.current.store(Arc::new(current));
        Ok(())
    }

    /// The files, for whoever watches them.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.shared.files.paths()
    }

    /// When the certificate ends.
    pub fn expires(&self) -> Timestamp {
        self.shared.current.load().expires
    }

    /// Adds the end of the certificate, in seconds since 1970, and the count of reloads to a registry.
    pub fn register(&self, registry: &mut Registry) {
        let metrics = &self.shared.metrics;
        let registry = registry.sub_registry_with_prefix("aws_iam_authenticator");
        registry.register(
            "webhook_certificate_expiry_timestamp_seconds",
            "When the webhook's certificate ends, in seconds since 1970",
            metrics.expires.clone(),
        );
        registry.register(
            "webhook_certificate_reloads",
            "Reloads of the webhook's certificate, by result",
            metrics.reloads.clone(),
        );
    }

    pub(crate) fn has_expired(&self) -> bool {
        self.expires() < self.now()
    }

    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.shared.current.load().config)
    }

    /// The time by the clock that certificates are judged with.
    pub(crate) fn now(&self) -> Timestamp {
        at(&self.shared.time_source)
    }

    /// The certificate of the server, without those it was signed by.
    pub(super) fn certificate(&self) -> CertificateDer<'static> {
        self.shared.current.load().certificate.clone()
    }
}

fn at(time_source: &SharedTimeSource) -> Timestamp {
    // A clock past 9999 is as good as one at its end: every certificate has expired.
    Timestamp::try_from(time_source.now()).unwrap_or(Timestamp::MAX)
}

impl Current {
    fn load(
        files: &CertificateFiles,
        names: &ServerNames,
        now: Timestamp,
    ) -> Result<Self, CertificateError> {
        let loaded = files.load()?;
        let invalid = || CertificateError::InvalidCertificate {
            path: files.certificate.clone(),
        };
        let certificate = loaded.chain.first().cloned().ok_or_else(invalid)?;
        let expires = expiry::of(&certificate).ok_or_else(invalid)?;
        let current = Self {
            config: Arc::new(tls::config(files, loaded)?),
            certificate,
            expires,
        };
        current.warn_of_end(files, now);
        current.warn_of_names(files, names);
        Ok(current)
    }

    fn warn_of_end(&self, files: &CertificateFiles, now: Timestamp) {
        let (certificate, expires) = (files.certificate.display(), self.expires);
        let left = expires.duration_since(now);
        if left.is_negative() {
            tracing::warn!(
                %certificate, %expires,
                "the certificate has expired, API servers will not trust it: replace it, or delete \
                 it with its key, start again and restart the API servers"
            );
        } else if left < WARNING {
            tracing::warn!(
                %certificate, %expires,
                "the certificate will expire within 30 days: replace it, or delete it with its key, \
                 start again and restart the API servers"
            );
        }
    }

    fn warn_of_names(&self, files: &CertificateFiles, names: &ServerNames) {
        let parsed = rustls::server::ParsedCertificate::try_from(&self.certificate);
        let is_for_it = parsed
            .and_then(|it| rustls::client::verify_server_name(&it, names.server_name()))
            .is_ok();
        if !is_for_it {
            tracing::warn!(
                certificate = %files.certificate.display(),
                hostname = names.hostname(),
                "the certificate is not for the hostname, API servers will not trust it: replace \
                 it, or set the hostname to a name in it"
            );
        }
    }
}

impl fmt::Debug for CertificateStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateStore")
            .field("files", &self.shared.files)
            .field("names", &self.shared.names)
            .field("expires", &self.expires())
            .finish_non_exhaustive()
    }
}
