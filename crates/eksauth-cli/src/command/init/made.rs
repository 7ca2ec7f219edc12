//! What `init` has made, and what to do with it.

use std::fmt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::paths::Paths;

/// What is there now, and where it belongs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    certificate: String,
    key: String,
    kubeconfig: String,
    /// Whether certificate and key were there before.
    reused: bool,
    expires: Timestamp,
    /// The names that API servers may reach it by.
    hostname: String,
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    copy_to: Option<CopyTo>,
}

/// Where the server and the API server look, as far as that is elsewhere.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CopyTo {
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kubeconfig: Option<String>,
}

impl Made {
    pub(super) fn new(paths: Paths, reused: bool, expires: Timestamp) -> Self {
        let files = paths.place.certificate_files();
        Self {
            certificate: shown(&files.certificate),
            key: shown(&files.key),
            kubeconfig: shown(&paths.place.kubeconfig),
            reused,
            expires,
            hostname: paths.place.names.hostname().to_owned(),
            address: paths.place.address.to_string(),
            copy_to: CopyTo::of(paths),
        }
    }

    /// The file that the API server is to be started with.
    fn webhook_config(&self) -> &str {
        let elsewhere = self.copy_to.as_ref().and_then(|it| it.kubeconfig.as_ref());
        elsewhere.unwrap_or(&self.kubeconfig)
    }
}

impl CopyTo {
    fn of(paths: Paths) -> Option<Self> {
        let files = |dir: PathBuf| eksauth_server::CertificateFiles::in_dir(&dir);
        let pair = paths.pair_belongs_in.map(files);
        let kubeconfig = paths.kubeconfig_belongs_at;
        (pair.is_some() || kubeconfig.is_some()).then(|| Self {
            certificate: pair.as_ref().map(|it| shown(&it.certificate)),
            key: pair.as_ref().map(|it| shown(&it.key)),
            kubeconfig: kubeconfig.as_deref().map(shown),
        })
    }
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            certificate,
            key,
            kubeconfig,
            ..
        } = self;
        match self.reused {
            true => writeln!(
                f,
                "found {certificate} and {key}, which are used as they are"
            )?,
            false => writeln!(f, "wrote {certificate} and {key}")?,
        }
        writeln!(f, "wrote {kubeconfig}")?;
        writeln!(f, "the certificate holds until {}", self.expires)?;
        if let Some(copy_to) = &self.copy_to {
            writeln!(f, "\nOn each node of the control plane:")?;
            let [certificate_to, key_to, kubeconfig_to] =
                [&copy_to.certificate, &copy_to.key, &copy_to.kubeconfig];
            for (from, to) in [
                (certificate, certificate_to),
                (key, key_to),
                (kubeconfig, kubeconfig_to),
            ] {
                if let Some(to) = to {
                    writeln!(f, "  copy {from} to {to}")?;
                }
            }
        }
        writeln!(
            f,
            "\nStart the API server with --authentication-token-webhook-config-file={}",
            self.webhook_config()
        )
    }
}

/// A path as people read it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
