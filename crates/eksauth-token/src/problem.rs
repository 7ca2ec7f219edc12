//! What can be wrong with a token.

use jiff::Timestamp;

use crate::Partition;
use crate::instant::later;
use crate::policy::MAX_CLOCK_SKEW;
use crate::token::{MAX_TOKEN_LEN, TOKEN_LIFETIME, TOKEN_PREFIX};

/// One reason for which a verifier refuses a token.
///
/// The variants stand in the order in which the rules are applied: verification
/// ([`PresignedUrl::decode`](crate::PresignedUrl::decode)) reports the first that is broken,
/// inspection ([`Inspection::of`](crate::Inspection::of)) all of them.
///
/// A message holds nothing of the token but public parts: a host, parameter names, a region, times.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Longer than verifiers read.
    #[error("expected a token of at most {MAX_TOKEN_LEN} bytes, but found {length}")]
    TooLarge {
        /// Its length in bytes.
        length: usize,
    },
    /// Not a token of this protocol.
    #[error(
        "expected a token that starts with `{TOKEN_PREFIX}`, but found another text: paste the \
         token itself, without `Bearer` and without quotes"
    )]
    Prefix,
    /// The rest is not base64url without padding.
    #[error(
        "expected base64url without padding after `{TOKEN_PREFIX}`, but found something else: the \
         token may have been cut or wrapped"
    )]
    Base64,
    /// What is encoded is not a URL of visible ASCII.
    #[error("expected an encoded URL of visible ASCII characters, but found something else")]
    MalformedUrl,
    /// Not HTTPS.
    #[error("expected a URL that starts with `https://`, but found another scheme")]
    Scheme,
    /// User information before the host, which HTTP clients would send as a password.
    #[error("expected a URL without user information, but found some before its host")]
    UserInfo,
    /// Not exactly one of the STS hosts of the verifier's partition.
    #[error("{}", host_message(found, *partition, *belongs_to))]
    Host {
        /// The authority of the URL, or a description where it must not be shown.
        found: String,
        /// The verifier's partition.
        partition: Partition,
        /// The partition whose STS host it is, if it is one.
        belongs_to: Option<Partition>,
    },
    /// A path other than `/`.
    #[error("expected the path `/`, but found another one")]
    Path,
    /// A fragment, which is not part of a request.
    #[error("expected a URL without a fragment, but found one")]
    Fragment,
    /// A query that is read differently by different programs.
    #[error(
        "expected a query of percent-encoded `name=value` pairs, but found a stray `%`, `;` or \
         byte in it"
    )]
    MalformedQuery,
    /// The same parameter in two spellings. CVE-2022-2385 rested on this.
    #[error("expected each parameter once, but found `{name}` spelled in two ways")]
    ParameterSpelledTwice {
        /// The parameter.
        name: &'static str,
    },
    /// A parameter that is none of the protocol's.
    #[error("expected only the parameters of a presigned request, but found {name}")]
    UnknownParameter {
        /// The name in backticks, or a description where it must not be shown.
        name: String,
    },
    /// The same parameter twice.
    #[error("expected each parameter once, but found `{name}` more than once")]
    RepeatedParameter {
        /// The parameter.
        name: &'static str,
    },
    /// A request for something other than the caller's identity.
    #[error("expected the action `GetCallerIdentity`, but found another one or none")]
    Action,
    /// The cluster's name is not bound by the signature.
    #[error(
        "expected `x-k8s-aws-id` among the signed headers, but it is not: the token is not bound to \
         a cluster. Sign it with the cluster's name"
    )]
    ClusterHeaderNotSigned,
    /// `X-Amz-Expires` is missing, no number, or out of range.
    #[error("expected `X-Amz-Expires` from 0 to 900 seconds, but found another value or none")]
    Expires,
    /// `X-Amz-Date` is missing or malformed.
    #[error("expected `X-Amz-Date` in the form `20260131T120000Z`, but found another form or none")]
    Date,
    /// Signed too long ago.
    #[error(
        "expected a token signed at most {} minutes ago, but it was signed at {signed_at}: it \
         expired at {}. Request a new one",
        TOKEN_LIFETIME.as_mins(),
        later(*signed_at, TOKEN_LIFETIME)
    )]
    Expired {
        /// When it was signed.
        signed_at: Timestamp,
    },
    /// Signed in the future, beyond what differing clocks explain.
    #[error(
        "expected a token signed in the past (or at most {} minutes ahead), but it was signed at \
         {signed_at}: compare the clocks of the signer and of the verifier",
        MAX_CLOCK_SKEW.as_mins()
    )]
    NotYetValid {
        /// When it was signed.
        signed_at: Timestamp,
    },
    /// Another version of the STS API.
    #[error("expected `Version=2011-06-15`, but found another version or none")]
    Version,
    /// Another signature algorithm.
    #[error("expected `X-Amz-Algorithm=AWS4-HMAC-SHA256`, but found another algorithm or none")]
    Algorithm,
    /// The credential is not `<access key id>/<day>/<region>/sts/aws4_request` with the day of
    /// `X-Amz-Date`.
    #[error(
        "expected `X-Amz-Credential` of an access key id, the day of `X-Amz-Date`, a region, `sts` \
         and `aws4_request`, but found something else or none"
    )]
    Credential,
    /// Signed for another region than the one it is addressed to.
    #[error(
        "expected a signature for the region of the host, `{expected}`, but it is for `{found}`"
    )]
    ScopeRegion {
        /// The region that the host belongs to.
        expected: String,
        /// The region in the credential scope.
        found: String,
    },
    /// Signed headers that the verifier does not send, or `host` missing among them.
    #[error(
        "expected exactly `host` and `x-k8s-aws-id` as signed headers, but found others: the \
         request cannot be replayed"
    )]
    SignedHeaders,
    /// No signature.
    #[error(
        "expected `X-Amz-Signature` of 64 lower-case hex digits, but found something else or none"
    )]
    Signature,
}

impl Problem {
    /// A stable name of the rule, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::Prefix => "prefix",
            Self::Base64 => "base64",
            Self::MalformedUrl => "malformed_url",
            Self::Scheme => "scheme",
            Self::UserInfo => "user_info",
            Self::Host { .. } => "host",
            Self::Path => "path",
            Self::Fragment => "fragment",
            Self::MalformedQuery => "malformed_query",
            Self::ParameterSpelledTwice { .. } => "parameter_spelled_twice",
            Self::UnknownParameter { .. } => "unknown_parameter",
            Self::RepeatedParameter { .. } => "repeated_parameter",
            Self::Action => "action",
            Self::ClusterHeaderNotSigned => "cluster_header_not_signed",
            Self::Expires => "expires",
            Self::Date => "date",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::Version => "version",
            Self::Algorithm => "algorithm",
            Self::Credential => "credential",
            Self::ScopeRegion { .. } => "scope_region",
            Self::SignedHeaders => "signed_headers",
            Self::Signature => "signature",
        }
    }
}

fn host_message(found: &str, partition: Partition, belongs_to: Option<Partition>) -> String {
    match belongs_to {
        Some(other) => format!(
            "expected an STS host of the partition `{partition}`, but found `{found}` of the \
             partition `{other}`"
        ),
        None => format!(
            "expected an STS host of the partition `{partition}`, such as \
             `sts.<region>.{}`, but found {found}",
            partition.dns_suffix()
        ),
    }
}
