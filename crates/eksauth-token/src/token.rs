//! The bearer token.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use crate::instant::earlier;

/// What every token starts with.
pub const TOKEN_PREFIX: &str = "k8s-aws-v1.";

/// Longest token that a verifier reads, in bytes, the prefix included.
pub const MAX_TOKEN_LEN: usize = 4096;

/// How long STS honours a presigned request after its signing time, whatever `X-Amz-Expires` says.
pub const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// How long before its real end a token is announced to end: time for a request to be sent, and
/// for clocks to differ.
pub const ANNOUNCED_MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// A bearer token for a Kubernetes cluster: [`TOKEN_PREFIX`] and a presigned STS request.
///
/// Whoever holds it is the signer to that cluster until it ends, so its text is erased from memory
/// when this is dropped, and only [`Token::expose`] shows it.
///
/// # Examples
///
/// ```
/// use eksauth_token::{ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint};
///
/// let credentials = SigningCredentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG");
/// let endpoint = StsEndpoint::new(&Region::new("us-east-1")?, EndpointOptions::default());
/// let signer = Signer::new(credentials, endpoint)?;
///
/// let token = signer.sign(&ClusterId::new("prod")?, "2026-11-24T12:00:00Z".parse()?)?;
/// assert!(token.expose().starts_with("k8s-aws-v1."));
/// assert_eq!(token.expiry().to_string(), "2026-11-24T12:15:00Z");
/// assert_eq!(token.announced_expiry().to_string(), "2026-11-24T12:14:00Z");
/// assert!(!format!("{token:?}").contains("k8s-aws-v1."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Token {
    text: Zeroizing<String>,
    signed_at: Timestamp,
    expiry: Timestamp,
}

impl Token {
    pub(crate) fn new(text: Zeroizing<String>, signed_at: Timestamp, expiry: Timestamp) -> Self {
        Self {
            text,
            signed_at,
            expiry,
        }
    }

    /// The secret text, for the `Authorization` header of one request or the exec credential of one
    /// `kubectl`. Do not log or store it.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// When it was signed, in whole seconds.
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// When STS stops honouring it: [`TOKEN_LIFETIME`] after the signing time, or when the
    /// credentials that signed it expire, whichever comes first.
    pub fn expiry(&self) -> Timestamp {
        self.expiry
    }

    /// When to stop using it: [`ANNOUNCED_MARGIN`] before [`Token::expiry`].
    pub fn announced_expiry(&self) -> Timestamp {
        earlier(self.expiry, ANNOUNCED_MARGIN)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("text", &"** redacted **")
            .field("signed_at", &self.signed_at)
            .field("expiry", &self.expiry)
            .finish()
    }
}
