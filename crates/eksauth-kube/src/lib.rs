//! A [`kube`] client for Amazon EKS that stays logged in for weeks.
//!
//! | to … | use |
//! |---|---|
//! | connect to a cluster by its name | [`connect`] |
//! | say more: region, profile, roles, proxy, a known endpoint, credentials of your own | [`EksClientBuilder`] |
//! | use a kubeconfig without running its `aws eks get-token` | [`from_kubeconfig`], [`KubeconfigClientBuilder`] |
//! | run the same code inside a pod and outside | [`infer`] |
//! | talk to many clusters | [`Clusters`] |
//! | put a token into a client that you build | [`AuthLayer`] |
//! | watch how logins are doing | [`EksConnection::token_source`] and its `state` |
//!
//! The client's tokens are renewed in the background, ahead of their end, and so are the credentials
//! that sign them; a request that is refused is sent once more with a new token. What exactly is promised
//! is told at [`TokenSource`](eksauth::TokenSource), at [`SharedCredentials`](eksauth::SharedCredentials)
//! and at [`AuthLayer`].
//!
//! kube is re-exported, and so are `k8s-openapi` and [`eksauth`]; the major version of this crate follows
//! that of kube.
//!
//! # Examples
//!
//! ```no_run
//! use eksauth_kube::k8s_openapi::api::core::v1::Pod;
//! use eksauth_kube::kube::{Api, api::ListParams};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = eksauth_kube::connect("prod").await?;
//! let pods: Api<Pod> = Api::default_namespaced(client);
//! for pod in pods.list(&ListParams::default()).await? {
//!     println!("{}", pod.metadata.name.unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `rustls-tls` with `ring` (default) or `aws-lc-rs`, or `openssl-tls`: TLS to the API server.
//!   `webpki-roots` trusts Mozilla's roots, too.
//! - `http-proxy` (default), `socks5`: proxies to the API server.
//! - `latest` (default): the newest version of Kubernetes that `k8s-openapi` knows. A program that chooses
//!   another one turns the default features off, since there can be only one.
//! - `ws`: `exec`, `attach` and `port-forward`. `gzip`: compressed answers. `runtime`: watchers and
//!   controllers.
//! - `oauth`, `oidc`: users of a kubeconfig that are left to kube.
//!
//! kube's macros for custom resources write the name `kube` into a program: add it beside this crate, in
//! the same major version, with its feature `derive`.
//!
//! # Logs
//!
//! Events go to the subscriber of `tracing`. No token, key or session token is among them.

mod auth_layer;
mod builder;
mod clusters;
mod connection;
mod cryptography;
mod error;
mod exec_user;
mod identity;
mod infer;
mod kubeconfig;
mod process;
mod reach;

pub use eksauth;
pub use k8s_openapi;
pub use kube;

pub use auth_layer::{AuthFuture, AuthLayer, AuthService};
pub use builder::{EksClientBuilder, connect};
pub use clusters::Clusters;
pub use connection::EksConnection;
pub use error::{ConnectError, KubeconfigProblem};
pub use exec_user::{ExecUser, NotTaken, Program};
pub use infer::infer;
pub use kubeconfig::{KubeconfigClientBuilder, KubeconfigConnection, from_kubeconfig};
pub use process::process_context;
pub use reach::PrivateEndpoint;

/// Compiles the examples that users copy.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
