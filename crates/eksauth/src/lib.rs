//! AWS credentials in, an always valid EKS bearer token out.
//!
//! - [`Settings`] are what AWS tools share: environment, `~/.aws/config`, `~/.aws/credentials`;
//! - [`CredentialChain`] finds credentials as the AWS CLI does, assumes a role on top, and keeps
//!   what was costly in a [`CredentialCache`];
//! - [`TokenSource`] has a token in hand whenever one is asked for, signed with them or with those of any
//!   other provider; a [`Refresher`] renews many of them in the background, and [`SharedCredentials`]
//!   are what many sign with;
//! - [`ClusterLookup`] finds the endpoint and the certificate authority of a cluster.
//!
//! What this crate sees of the outside world comes in through a [`Context`]. The token itself, and
//! how to judge a foreign one, is in the crate `eksauth-token`, re-exported as [`token`].
//!
//! # Logs
//!
//! Events go to the subscriber of `tracing`; what the AWS SDK logs is kept from it, since secrets are
//! in it. For that the crate sets a silent subscriber around its calls of the SDK, so a process that
//! has no subscriber and collects the events through the crate `log` loses them from the first call
//! on: set a subscriber instead, such as that of `tracing-subscriber`.
//!
//! # Examples
//!
//! ```
//! use std::sync::Arc;
//!
//! use aws_smithy_async::time::SystemTimeSource;
//! use eksauth::token::{ClusterId, StsEndpoint};
//! use eksauth::{Context, CredentialChain, Settings, TokenSource, find_region};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let variables = [
//! #     ("AWS_ACCESS_KEY_ID".to_owned(), "AKIAIOSFODNN7EXAMPLE".to_owned()),
//! #     ("AWS_SECRET_ACCESS_KEY".to_owned(), "wJalrXUtnFEMI/K7MDENG".to_owned()),
//! #     ("AWS_REGION".to_owned(), "eu-west-1".to_owned()),
//! # ];
//! // `std::env::vars_os()` in a program of yours.
//! let settings = Arc::new(Settings::load(Context::new(variables, SystemTimeSource::new()), None)?);
//! let (region, _) = find_region(&settings).await?;
//! let endpoint = StsEndpoint::new(&region, settings.endpoint_options()?);
//! let credentials = CredentialChain::new(Arc::clone(&settings), region);
//!
//! let source =
//!     TokenSource::new(ClusterId::new("prod")?, endpoint, credentials, SystemTimeSource::new());
//! let token = source.token().await?;
//! assert!(token.expose().starts_with("k8s-aws-v1."));
//! # Ok(())
//! # }
//! ```

mod cache;
mod cluster;
mod cluster_extension;
mod context;
mod credentials;
mod https;
mod refresher;
mod region;
#[cfg(test)]
mod scripted_provider;
mod settings;
mod shared_credentials;
mod single_flight;
mod sync;
mod token_source;
mod unlogged;

pub use aws_credential_types;
pub use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource, TimeSource};
pub use eksauth_token as token;

pub use cache::CredentialCache;
pub use cluster::{Cluster, ClusterLookup, DescribeError, EndpointAccess};
pub use cluster_extension::{ClusterExtension, InvalidClusterExtension};
pub use context::Context;
pub use credentials::{
    AssumeRole, CredentialChain, CredentialError, Demands, Failure, InvalidRole, MfaCode, MfaError,
    MfaPrompt, ProviderSays, RoleOperation, SessionName, signing_credentials,
};
pub use refresher::{RefreshPolicy, Refresher};
pub use region::{asks_metadata, default_region, find_region, region_of_eks_endpoint};
pub use settings::{
    ActiveProfile, ProfileFiles, ProfileOrigin, RegionSource, Settings, SettingsError,
};
pub use shared_credentials::SharedCredentials;
pub use token_source::{Bearer, TokenError, TokenId, TokenSource, TokenState};
