//! Certificates, listeners and the proxy.
//!
//! Unmodified AWS clients inside the sandbox use AWS's real host names. `HTTPS_PROXY` leads them to
//! [`proxy()`], which ends their TLS with a certificate of the throw-away [`Authority`] that
//! `AWS_CA_BUNDLE` names.

mod authority;
mod aws_host;
mod connections;
mod error;
mod proxy;
mod serve;
mod text;
mod whole;

pub(crate) use authority::{Authority, KeyPem, PemPair};
pub(crate) use aws_host::is_aws_host;
pub(crate) use error::NetError;
pub(crate) use proxy::proxy;
pub(crate) use serve::{Serving, serve};
pub(crate) use whole::whole;

#[cfg(test)]
mod tests;
