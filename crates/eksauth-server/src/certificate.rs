//! The certificate that the webhook shows, and how an API server comes to trust it.

mod error;
mod expiry;
mod files;
mod generate;
mod kubeconfig;
mod names;
mod store;
mod tls;
mod write;

pub use error::CertificateError;
pub use files::CertificateFiles;
pub use kubeconfig::WebhookKubeconfig;
pub use names::{InvalidHostname, ServerNames};
pub use store::CertificateStore;
