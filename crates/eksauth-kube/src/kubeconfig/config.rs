//! From the entries of a kubeconfig to kube's configuration.

use data_encoding::BASE64;
use http::Uri;
use kube::Config;
use kube::config::{AuthInfo, Cluster, ExecAuthCluster};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::choice::Choice;
use crate::reach::proxy_of_environment;
use crate::{ConnectError, KubeconfigProblem};

impl Choice {
    /// As kube makes it, but for the proxy: kube looks for one in the environment of the process, and
    /// fails when it does not understand what it finds there.
    pub(super) fn config(mut self, environment: &eksauth::Context) -> Result<Config, ConnectError> {
        let place = std::mem::take(&mut self.place);
        let config = self.config_of_entries(environment);
        config.map_err(|source| ConnectError::Kubeconfig { place, source })
    }

    fn config_of_entries(
        self,
        environment: &eksauth::Context,
    ) -> Result<Config, KubeconfigProblem> {
        let cluster = self.cluster;
        let server = cluster.server.as_deref();
        let server = server.ok_or(KubeconfigProblem::NoServer)?;
        let mut config = Config::new(url("server", server)?);
        if let Some(namespace) = filled(self.namespace.as_deref()) {
            namespace.clone_into(&mut config.default_namespace);
        }
        config.root_cert = certificates(&cluster)?;
        config.accept_invalid_certs = cluster.insecure_skip_tls_verify == Some(true);
        config.disable_compression = cluster.disable_compression == Some(true);
        config.tls_server_name = filled(cluster.tls_server_name.as_deref()).map(str::to_owned);
        config.proxy_url = match filled(cluster.proxy_url.as_deref()) {
            Some(proxy) => Some(url("proxy-url", proxy)?),
            None => proxy_of_environment(&config.cluster_url, environment),
        };
        config.auth_info = with_cluster(self.auth_info, &cluster)?;
        Ok(config)
    }
}

fn url(key: &'static str, text: &str) -> Result<Uri, KubeconfigProblem> {
    text.parse()
        .map_err(|source: http::uri::InvalidUri| KubeconfigProblem::Url {
            key,
            source: source.into(),
        })
}

/// In DER. `None` leaves it to the system whom to trust.
fn certificates(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>, KubeconfigProblem> {
    let (key, pem) = if let Some(data) = filled(cluster.certificate_authority_data.as_deref()) {
        let decoded = BASE64.decode(data.as_bytes());
        let not_base64 = |_| "something that is not base64".to_owned();
        ("certificate-authority-data", decoded.map_err(not_base64))
    } else if let Some(path) = filled(cluster.certificate_authority.as_deref()) {
        let unreadable = |error| format!("no file that can be read at `{path}`: {error}");
        let read = std::fs::read(path).map_err(unreadable);
        ("certificate-authority", read)
    } else {
        return Ok(None);
    };
    let found = pem.and_then(|it| of_pem(&it).map_err(str::to_owned));
    match found {
        Ok(certificates) => Ok(Some(certificates)),
        Err(found) => Err(KubeconfigProblem::CertificateAuthority { key, found }),
    }
}

fn of_pem(pem: &[u8]) -> Result<Vec<Vec<u8>>, &'static str> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .map(|it| it.map(|it| it.to_vec()))
        .collect::<Result<_, _>>()
        .map_err(|_| "damaged PEM")?;
    match certificates.is_empty() {
        true => Err("no certificate"),
        false => Ok(certificates),
    }
}

/// What a command gets to see with `provideClusterInfo: true`.
fn with_cluster(mut user: AuthInfo, cluster: &Cluster) -> Result<AuthInfo, KubeconfigProblem> {
    if let Some(exec) = user.exec.as_mut().filter(|it| it.provide_cluster_info) {
        let shown = ExecAuthCluster::try_from(cluster).map_err(KubeconfigProblem::of_kube)?;
        exec.cluster = Some(shown);
    }
    Ok(user)
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|it| !it.is_empty())
}
