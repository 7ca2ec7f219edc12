//! How an API server finds the webhook, and what it trusts there.

use std::path::Path;

use data_encoding::BASE64;

use super::{CertificateError, CertificateStore, ServerNames, write};

/// The mode of the file. There is no secret in it: the API server proves nothing to the webhook.
const READABLE: u32 = 0o644;

/// Base64 in a line of PEM, RFC 7468.
const PEM_LINE: usize = 64;

/// The file for `--authentication-token-webhook-config-file` of an API server.
///
/// It trusts the certificate that is in use and no other, so it is written again whenever that is
/// made anew, and an API server reads it only when it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookKubeconfig {
    server: String,
    certificate: String,
}

impl WebhookKubeconfig {
    /// The kubeconfig of a webhook on this port.
    pub fn new(names: &ServerNames, port: u16, store: &CertificateStore) -> Self {
        Self {
            server: format!("https://{}:{port}/authenticate", names.url_host()),
            certificate: BASE64.encode(pem(&store.certificate()).as_bytes()),
        }
    }

    /// The file's text.
    pub fn to_yaml(&self) -> String {
        let Self {
            server,
            certificate,
        } = self;
        format!(
            r#"# For --authentication-token-webhook-config-file of kube-apiserver.
apiVersion: v1
kind: Config
clusters:
- name: aws-iam-authenticator
  cluster:
    certificate-authority-data: {certificate}
    server: "{server}"
users:
- name: apiserver
contexts:
- name: webhook
  context:
    cluster: aws-iam-authenticator
    user: apiserver
current-context: webhook
"#
        )
    }

    /// Writes the file, as a whole or not at all, with mode 0644 less the umask. Its directory has to
    /// exist.
    ///
    /// # Errors
    ///
    /// [`CertificateError::Write`].
    pub fn write(&self, path: &Path) -> Result<(), CertificateError> {
        write::atomically(path, READABLE, self.to_yaml().as_bytes()).map_err(|source| {
            CertificateError::Write {
                path: path.to_owned(),
                source,
            }
        })
    }
}

fn pem(certificate: &[u8]) -> String {
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut encoded = BASE64.encode(certificate);
    while !encoded.is_empty() {
        let rest = encoded.split_off(encoded.len().min(PEM_LINE));
        pem.push_str(&encoded);
        pem.push('\n');
        encoded = rest;
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}
