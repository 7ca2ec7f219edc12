//! The authenticator's half of the protocol: a bearer token in, a Kubernetes user out.
//!
//! 1. [`Verifier`] judges a token by the rules of `eksauth-token`, replays the presigned request in
//!    it to AWS STS, and makes a [`VerifiedIdentity`] of the answer. Nothing else can make one.
//! 2. [`IdentityMap`] says which Kubernetes user an identity is.
//! 3. [`Authenticator`] is the two in a row, ending in the [`UserInfo`] that an API server is told.

mod authenticator;
mod identity;
mod identity_map;
mod user_info;
mod verifier;

pub use authenticator::{AuthenticateError, Authenticator};
pub use identity::{Unbelievable, VerifiedIdentity};
pub use identity_map::{IdentityMap, InvalidMapping, MapError, RoleMapping, UserMapping};
pub use user_info::UserInfo;
pub use verifier::{
    BuildError, ConnectTo, InvalidConnectTo, InvalidProxy, Limits, Outage, StsConnection,
    StsErrorCode, UnexpectedAnswer, Verifier, VerifierBuilder, VerifierMetrics, VerifyError,
};
