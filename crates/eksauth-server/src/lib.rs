//! The authenticator's half of the protocol: a bearer token in, a Kubernetes user out.
//!
//! 1. [`Verifier`] judges a token by the rules of `eksauth-token`, replays the presigned request in
//!    it to AWS STS, and makes a [`VerifiedIdentity`] of the answer. Nothing else can make one.
//! 2. An [`IdentityMap`](map::IdentityMap) says which Kubernetes user an identity is. [`LiveMap`]
//!    keeps it up to date with what its [`Backends`] tell.
//! 3. [`Authenticator`] is the two in a row, ending in the [`UserInfo`] that an API server is told.

mod audit;
mod authenticator;
mod backend;
mod causes;
mod certificate;
mod file_watch;
mod identity;
mod live_map;
mod private_dns;
mod user_info;
mod verifier;
mod webhook;

pub use audit::AuditLog;
/// Mappings from AWS identities to Kubernetes users: the crate `eksauth-map`.
pub use eksauth_map as map;

pub use authenticator::{AuthenticateError, Authenticated, Authenticator, NoUser};
pub use backend::{
    Backends, DynamicFileSource, MountedFileSource, NoSource, Publisher, Source, SourceFactory,
};
pub use certificate::{
    CertificateError, CertificateFiles, CertificateStore, InvalidHostname, ServerNames,
    WebhookKubeconfig,
};
pub use file_watch::{FileContent, FileEvent, FileProblem, FileWatch};
pub use identity::{Unbelievable, VerifiedIdentity};
pub use live_map::{BackendMetrics, BackendStatus, LiveMap};
pub use private_dns::{
    DescribeError, DescribeInstances, DescribeRate, Ec2, InstanceId, InstancePage, InstanceQuery,
    InvalidDescribeRate, InvalidEc2Endpoint, NotAnInstanceId, PrivateDnsError, PrivateDnsMetrics,
    PrivateDnsNames,
};
pub use user_info::UserInfo;
pub use verifier::{
    BuildError, ConnectTo, InvalidConnectTo, InvalidProxy, Limits, Outage, StsConnection,
    StsErrorCode, UnexpectedAnswer, Verifier, VerifierBuilder, VerifierMetrics, VerifyError,
};
pub use webhook::{
    Authenticate, Decision, Denial, DenialClass, DenialStatus, Drained, Grant, NotATokenReview,
    ReviewVersion, Signer, TokenReview, Webhook, WebhookBuilder, WebhookLimits, WebhookMetrics,
    serve_health,
};
