//! The certificate of the server, and the kubeconfig by which the API server trusts it.

use std::path::Path;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_server::{
    CertificateFiles, CertificateStore, FileContent, FileWatch, WebhookKubeconfig,
};

use crate::failed::{Failed, chain};

use super::place::Place;

/// Loads the certificate, or makes one.
pub(crate) fn open(place: &Place, client_ca: Option<&Path>) -> Result<CertificateStore, Failed> {
    let files = CertificateFiles {
        client_ca: client_ca.map(Path::to_owned),
        ..place.certificate_files()
    };
    CertificateStore::open(files, place.names.clone(), SystemTimeSource::new())
        .map_err(|error| Failed::new("could not use the certificate of the server").because(error))
}

/// Writes the kubeconfig for `--authentication-token-webhook-config-file` of the API server.
pub(crate) fn write_kubeconfig(
    place: &Place,
    path: &Path,
    port: u16,
    store: &CertificateStore,
) -> Result<(), Failed> {
    WebhookKubeconfig::new(&place.names, port, store)
        .write(path)
        .map_err(|error| {
            Failed::new("could not write the kubeconfig for the API server").because(error)
        })
}

/// Loads the files again whenever one of them changes.
pub(super) async fn reload_on_change(store: CertificateStore) {
    let paths: Vec<_> = store.paths().map(Path::to_owned).collect();
    let mut first = paths.clone();
    let mut watch = FileWatch::start(paths);
    while let Some(event) = watch.next().await {
        // How a file is at the start is in use already.
        if let Some(index) = first.iter().position(|it| *it == event.path) {
            first.swap_remove(index);
            continue;
        }
        if matches!(event.content, FileContent::Changed(_)) {
            reload(&store);
        }
    }
}

/// Loads the files again. What cannot be used changes nothing.
pub(super) fn reload(store: &CertificateStore) {
    match store.reload() {
        Ok(()) => tracing::info!(expires = %store.expires(), "the certificate was read again"),
        Err(error) => tracing::warn!(
            error = chain(&error, ": "),
            "the certificate was not read again, the one from before stays in use"
        ),
    }
}
