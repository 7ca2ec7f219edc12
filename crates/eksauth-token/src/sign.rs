//! Signing: one presigned `GetCallerIdentity` request, and no other.
//!
//! This is Signature Version 4 specialised to one request, so that everything that does not change
//! from token to token is prepared once: the query around the date, the encoded session token, and
//! the signing key of the day. `aws-sigv4` signs the same request in the tests, as the oracle.
//!
//! Specification: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::fmt;
use std::sync::Mutex;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::amz_date::AmzDate;
use crate::instant::{earlier, later};
use crate::token::{ANNOUNCED_MARGIN, MAX_TOKEN_LEN, TOKEN_LIFETIME, TOKEN_PREFIX};
use crate::{ClusterId, SigningCredentials, StsEndpoint, Token};

type HmacSha256 = Hmac<Sha256>;

/// What a query value keeps unencoded: the unreserved characters of RFC 3986, section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The SHA-256 of an empty body, in hex.
const EMPTY_BODY_HASH: &[u8] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const SIGNATURE_PARAMETER: &[u8] = b"&X-Amz-Signature=";

/// A signature in hex.
type Signature = Zeroizing<[u8; 64]>;

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
    query: QueryParts,
    key: Mutex<Option<DayKey>>,
}

/// The query of the request, cut where the date goes. Names are in canonical order, so the query
/// that is signed and the one in the URL are the same bytes.
struct QueryParts {
    /// `https://<host>/?`, which is not part of the query but precedes it in the URL.
    origin: String,
    /// Up to the day in the credential scope.
    before_day: String,
    /// From there to the date.
    before_date: String,
    /// From there to the end; holds the session token.
    after_date: Zeroizing<String>,
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
        let query = QueryParts::new(&credentials, &endpoint);
        query.check_token_len(&credentials)?;
        Ok(Self {
            credentials,
            endpoint,
            query,
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
        let url = self.presigned_url(cluster, date);
        let mut text = Zeroizing::new(String::with_capacity(self.query.token_len()));
        text.push_str(TOKEN_PREFIX);
        BASE64URL_NOPAD.encode_append(&url, &mut text);
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

    fn presigned_url(&self, cluster: &ClusterId, date: AmzDate) -> Zeroizing<Vec<u8>> {
        let signature = self.signature(cluster, date);
        // Reserved in full: growing would leave a copy behind that nobody erases.
        let mut url = Zeroizing::new(Vec::with_capacity(self.query.url_len()));
        url.extend_from_slice(self.query.origin.as_bytes());
        self.query.write(date, |part| url.extend_from_slice(part));
        url.extend_from_slice(SIGNATURE_PARAMETER);
        url.extend_from_slice(&*signature);
        url
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
        self.query.write(date, &mut write);
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

impl QueryParts {
    fn new(credentials: &SigningCredentials, endpoint: &StsEndpoint) -> Self {
        let access_key_id = utf8_percent_encode(credentials.access_key_id(), ENCODED);
        let region = endpoint.signing_region();
        Self {
            origin: format!("https://{}/?", endpoint.host()),
            before_day: format!(
                "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
                 &X-Amz-Credential={access_key_id}%2F"
            ),
            before_date: format!("%2F{region}%2Fsts%2Faws4_request&X-Amz-Date="),
            after_date: Self::after_date(credentials.session_token()),
        }
    }

    fn after_date(session_token: Option<&str>) -> Zeroizing<String> {
        let longest = session_token.map_or(0, |it| 3 * it.len());
        let mut text = Zeroizing::new(String::with_capacity(128 + longest));
        // STS ignores the value, but it is signed: every client of the protocol sends 60.
        text.push_str("&X-Amz-Expires=60");
        if let Some(session_token) = session_token {
            text.push_str("&X-Amz-Security-Token=");
            text.extend(utf8_percent_encode(session_token, ENCODED));
        }
        text.push_str("&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id");
        text
    }

    fn write(&self, date: AmzDate, mut write: impl FnMut(&[u8])) {
        write(self.before_day.as_bytes());
        write(&date.day());
        write(self.before_date.as_bytes());
        write(date.as_bytes());
        write(self.after_date.as_bytes());
    }

    fn url_len(&self) -> usize {
        self.origin.len()
            + self.before_day.len()
            + date_len()
            + self.before_date.len()
            + self.after_date.len()
            + SIGNATURE_PARAMETER.len()
            + size_of::<Signature>()
    }

    fn token_len(&self) -> usize {
        TOKEN_PREFIX.len() + BASE64URL_NOPAD.encode_len(self.url_len())
    }

    /// Every token of a signer has the same length: its cluster is in a header, not in the URL.
    fn check_token_len(&self, credentials: &SigningCredentials) -> Result<(), SignError> {
        let length = self.token_len();
        if length <= MAX_TOKEN_LEN {
            return Ok(());
        }
        let session_token = credentials.session_token().map_or(0, str::len);
        Err(SignError::SessionTokenTooLong {
            token: length,
            session_token,
        })
    }
}

/// The day in the scope and the full date.
const fn date_len() -> usize {
    8 + AmzDate::LEN
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
    let mut text = Zeroizing::new([0; 64]);
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
