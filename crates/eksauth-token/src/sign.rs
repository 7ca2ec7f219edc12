//! Signing: one presigned `GetCallerIdentity` request, and no other.
//!
//! This is Signature Version 4 specialised to one request, so that everything that does not change
//! from token to token is prepared once: the query around the date, the encoded session token, and
//! the signing key of the day. `aws-sigv4` signs the same request in the tests, as the oracle.
//!
//! Specification: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

mod template;

use std::fmt;
use std::sync::Mutex;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::amz_date::AmzDate;
use crate::instant::{earlier, later};
use crate::token::{ANNOUNCED_MARGIN, MAX_TOKEN_LEN, TOKEN_LIFETIME};
use crate::{ClusterId, SigningCredentials, StsEndpoint, Token};

use template::{SIGNATURE_LEN, Template};

type HmacSha256 = Hmac<Sha256>;

/// The SHA-256 of an empty body, in hex.
const EMPTY_BODY_HASH: &[u8] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A signature in hex.
type Signature = Zeroizing<[u8; SIGNATURE_LEN]>;

/// Signs tokens with one set of credentials for one STS endpoint, for any number of clusters.
///
/// It derives a signing key once a day and keeps it; a signature then costs little more than
/// hashing its input. Signing never blocks on anything but another thread deriving that key.
///
/// # Examples
///
/// ```
/// use eksauth_token::{ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint};
///
/// let credentials = SigningCredentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG");
/// let endpoint = StsEndpoint::new(&Region::new("eu-north-1")?, EndpointOptions::default());
/// let signer = Signer::new(credentials, endpoint)?;
///
/// let now = "2026-11-24T12:00:00Z".parse()?;
/// let token = signer.sign(&ClusterId::new("prod")?, now)?;
/// assert_eq!(token.signed_at(), now);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Signer {
    credentials: SigningCredentials,
    endpoint: StsEndpoint,
    template: Template,
    key: Mutex<Option<DayKey>>,
}

/// The key that signs all requests of one day. Erased when dropped (feature `zeroize` of `hmac`).
struct DayKey {
    day: [u8; 8],
    key: HmacSha256,
}

impl Signer {
    /// Prepares for signing.
    ///
    /// # Errors
    ///
    /// [`SignError::EmptyCredentials`] when the access key id or the secret access key is empty,
    /// [`SignError::SessionTokenTooLong`] when no token with it could stay within what verifiers
    /// read.
    pub fn new(credentials: SigningCredentials, endpoint: StsEndpoint) -> Result<Self, SignError> {
        if credentials.access_key_id().is_empty() || credentials.secret_access_key().is_empty() {
            return Err(SignError::EmptyCredentials);
        }
        let template = Template::new(&credentials, &endpoint);
        check_token_len(&template, &credentials)?;
        Ok(Self {
            credentials,
            endpoint,
            template,
            key: Mutex::new(None),
        })
    }

    /// Signs a token for a cluster. Fractions of a second of the signing time are cut off.
    ///
    /// # Errors
    ///
    /// [`SignError::CredentialsExpiring`] when the credentials end so soon that the token could not
    /// be announced as valid at all, [`SignError::SigningTime`] when the signing time cannot be
    /// written in four digits of a year.
    pub fn sign(&self, cluster: &ClusterId, at: Timestamp) -> Result<Token, SignError> {
        let date = AmzDate::of(at).ok_or(SignError::SigningTime { found: at })?;
        let signed_at = whole_seconds(at);
        let expiry = self.token_expiry(signed_at);
        // Judged by the exact time: a token whose announced end is now is dead on arrival.
        if earlier(expiry, ANNOUNCED_MARGIN) <= at {
            return Err(SignError::CredentialsExpiring {
                expiry,
                signing_time: signed_at,
            });
        }
        let text = self.template.token(date, &self.signature(cluster, date));
        Ok(Token::new(text, signed_at, expiry))
    }

    /// The credentials it signs with.
    pub fn credentials(&self) -> &SigningCredentials {
        &self.credentials
    }

    /// The endpoint that its tokens are addressed to.
    pub fn endpoint(&self) -> &StsEndpoint {
        &self.endpoint
    }

    fn token_expiry(&self, signed_at: Timestamp) -> Timestamp {
        let request_end = later(signed_at, TOKEN_LIFETIME);
        self.credentials
            .expiry()
            .map_or(request_end, |end| request_end.min(whole_seconds(end)))
    }

    fn signature(&self, cluster: &ClusterId, date: AmzDate) -> Signature {
        let mut hash = Sha256::new();
        self.canonical_request(cluster, date, |part| hash.update(part));
        let mut mac = self.day_key(date.day());
        self.string_to_sign(&hash.finalize().into(), date, |part| mac.update(part));
        hex(&mac.finalize().into_bytes().into())
    }

    /// Hands out the canonical request in parts, in order.
    fn canonical_request(&self, cluster: &ClusterId, date: AmzDate, mut write: impl FnMut(&[u8])) {
        write(b"GET\n/\n");
        self.template.query(date, &mut write);
        write(b"\nhost:");
        write(self.endpoint.host().as_bytes());
        write(b"\nx-k8s-aws-id:");
        write(cluster.as_signed().as_bytes());
        write(b"\n\nhost;x-k8s-aws-id\n");
        write(EMPTY_BODY_HASH);
    }

    /// Hands out the string to sign in parts, in order.
    fn string_to_sign(
        &self,
        canonical_request_hash: &[u8; 32],
        date: AmzDate,
        mut write: impl FnMut(&[u8]),
    ) {
        write(b"AWS4-HMAC-SHA256\n");
        write(date.as_bytes());
        write(b"\n");
        write(&date.day());
        write(b"/");
        write(self.endpoint.signing_region().as_str().as_bytes());
        write(b"/sts/aws4_request\n");
        write(&*hex(canonical_request_hash));
    }

    fn day_key(&self, day: [u8; 8]) -> HmacSha256 {
        // A thread that panicked here left either the old key or the new one, both whole.
        let mut held = self
            .key
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        match &*held {
            Some(it) if it.day == day => it.key.clone(),
            _ => {
                let key = derive_key(
                    &self.credentials,
                    day,
                    self.endpoint.signing_region().as_str(),
                );
                *held = Some(DayKey {
                    day,
                    key: key.clone(),
                });
                key
            }
        }
    }
}

/// Every token of a signer has the same length: its cluster is in a header, not in the URL.
fn check_token_len(template: &Template, credentials: &SigningCredentials) -> Result<(), SignError> {
    let length = template.token_len();
    if length <= MAX_TOKEN_LEN {
        return Ok(());
    }
    let session_token = credentials.session_token().map_or(0, str::len);
    Err(SignError::SessionTokenTooLong {
        token: length,
        session_token,
    })
}

fn derive_key(credentials: &SigningCredentials, day: [u8; 8], region: &str) -> HmacSha256 {
    let secret = Zeroizing::new([b"AWS4", credentials.secret_access_key().as_bytes()].concat());
    let mut key = keyed(&secret);
    for part in [&day, region.as_bytes(), b"sts", b"aws4_request"] {
        key.update(part);
        let next = Zeroizing::new(<[u8; 32]>::from(key.finalize().into_bytes()));
        key = keyed(&*next);
    }
    key
}

#[expect(
    clippy::expect_used,
    reason = "HMAC (RFC 2104) takes keys of any length"
)]
fn keyed(key: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn hex(bytes: &[u8; 32]) -> Signature {
    let mut text = Zeroizing::new([0; SIGNATURE_LEN]);
    HEXLOWER.encode_mut(bytes, &mut *text);
    text
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    // Cannot fail: cutting off the fraction of a valid time leaves a valid time.
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("credentials", &self.credentials)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// Why a token could not be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The access key id or the secret access key is empty.
    #[error("expected AWS credentials, but found an empty access key id or secret access key")]
    EmptyCredentials,
    /// The credentials end before a token could be used.
    #[error(
        "expected credentials that last longer than a minute, but they expire at {expiry} and it is \
         {signing_time}: renew them"
    )]
    CredentialsExpiring {
        /// When the credentials expire.
        expiry: Timestamp,
        /// When the token was to be signed.
        signing_time: Timestamp,
    },
    /// The session token makes the token longer than verifiers read.
    #[error(
        "expected a token of at most {MAX_TOKEN_LEN} bytes, which is what cluster authenticators \
         read, but it would have {token}: the session token alone has {session_token} bytes. Use \
         credentials with a shorter one, for example with fewer or shorter session tags"
    )]
    SessionTokenTooLong {
        /// Length that the token would have, in bytes.
        token: usize,
        /// Length of the session token, in bytes.
        session_token: usize,
    },
    /// The signing time cannot be expressed.
    #[error("expected a signing time in the years 0 to 9999, but found {found}: check the clock")]
    SigningTime {
        /// The signing time.
        found: Timestamp,
    },
}

#[cfg(test)]
mod tests;
