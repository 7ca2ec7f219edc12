//! EKS bearer tokens: signed, decoded and judged, without I/O.
//!
//! A client of an Amazon EKS cluster (or of any cluster behind `aws-iam-authenticator` or `eksauth
//! server`) proves who it is with a presigned AWS STS `GetCallerIdentity` request. The cluster sends
//! the request to STS and learns who signed it. This crate is that request as a value:
//!
//! - [`Signer`] makes a [`Token`] from [`SigningCredentials`], a [`ClusterId`], an [`StsEndpoint`]
//!   and a time;
//! - [`PresignedUrl::decode`] applies a verifier's rules to a foreign token and stops at the first
//!   that is broken, [`Inspection::of`] finds every [`Problem`];
//! - [`Arn`] and [`ArnPattern`] deal with the identities that STS answers with.
//!
//! It has no async code, no HTTP, and reads neither clock nor environment: time is an argument. The
//! crate `eksauth` adds credentials and keeps a token fresh.
//!
//! # Secrets
//!
//! A token is a bearer secret, and so is the URL inside it. [`Token::expose`],
//! [`PresignedUrl::expose`] and [`Inspection::expose_url`] are the only ways to either; no `Debug`,
//! error or [`Problem`] of this crate shows a secret access key, a session token, a signature, a URL
//! or a token. Secrets are erased from memory when their owner is dropped.
//!
//! # Examples
//!
//! ```
//! use eksauth_token::{
//!     ClusterId, EndpointOptions, Inspection, Partition, Policy, Region, Signer,
//!     SigningCredentials, StsEndpoint,
//! };
//!
//! let credentials = SigningCredentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG");
//! let endpoint = StsEndpoint::new(&Region::new("eu-west-1")?, EndpointOptions::default());
//! let signer = Signer::new(credentials, endpoint)?;
//!
//! let now = "2026-11-24T12:00:00Z".parse()?;
//! let token = signer.sign(&ClusterId::new("prod")?, now)?;
//!
//! let inspection = Inspection::of(token.expose(), &Policy::new(Partition::Aws), now);
//! assert!(inspection.is_valid());
//! assert_eq!(inspection.host(), Some("sts.eu-west-1.amazonaws.com"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amz_date;
mod arn;
mod cluster;
mod credentials;
mod endpoint;
mod examine;
mod inspection;
mod instant;
mod partition;
mod policy;
mod presigned_url;
mod problem;
mod region;
mod sign;
mod token;

pub use arn::{Arn, ArnError, ArnPattern, NotAnArn};
pub use cluster::{ClusterId, InvalidClusterId, MAX_CLUSTER_ID_LEN};
pub use credentials::SigningCredentials;
pub use endpoint::{EndpointOptions, StsEndpoint};
pub use inspection::Inspection;
pub use partition::{Partition, UnknownPartition};
pub use policy::{MAX_CLOCK_SKEW, Policy};
pub use presigned_url::PresignedUrl;
pub use problem::Problem;
pub use region::{InvalidRegion, Region};
pub use sign::{SignError, Signer};
pub use token::{ANNOUNCED_MARGIN, MAX_TOKEN_LEN, TOKEN_LIFETIME, TOKEN_PREFIX, Token};
