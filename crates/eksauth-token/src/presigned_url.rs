//! A decoded token that every local rule accepts.

use std::fmt;
use std::ops::ControlFlow;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::examine::{Contents, examine};
use crate::instant::later;
use crate::policy::StsHost;
use crate::token::TOKEN_LIFETIME;
use crate::{Partition, Policy, Problem, Region};

/// The presigned request inside a token, after every rule that can be checked without asking STS.
///
/// It can only be made by [`PresignedUrl::decode`], so holding one means: the URL leads to an STS
/// host of the policy's partition and nowhere else, asks for the caller's identity, names each
/// parameter once, has the cluster header under its signature, and is within its time. Who signed it
/// is still unknown; only STS can tell.
///
/// # Examples
///
/// ```
/// use eksauth_token::{
///     ClusterId, EndpointOptions, Partition, Policy, PresignedUrl, Problem, Region, Signer,
///     SigningCredentials, StsEndpoint,
/// };
/// use jiff::{SignedDuration, Timestamp};
///
/// # let credentials = SigningCredentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG");
/// # let endpoint = StsEndpoint::new(&Region::new("us-east-1")?, EndpointOptions::default());
/// # let signer = Signer::new(credentials, endpoint)?;
/// let now: Timestamp = "2026-11-24T12:00:00Z".parse()?;
/// let token = signer.sign(&ClusterId::new("prod")?, now)?;
///
/// let policy = Policy::new(Partition::Aws);
/// let url = PresignedUrl::decode(token.expose(), &policy, now)?;
/// assert_eq!(url.access_key_id(), "AKIAIOSFODNN7EXAMPLE");
///
/// let later = now + SignedDuration::from_mins(16);
/// let problem = PresignedUrl::decode(token.expose(), &policy, later).unwrap_err();
/// assert_eq!(problem, Problem::Expired { signed_at: now });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PresignedUrl {
    url: Zeroizing<String>,
    host: String,
    sts: StsHost,
    access_key_id: String,
    signed_at: Timestamp,
}

impl PresignedUrl {
    /// Decodes a token and applies the policy at a given time.
    ///
    /// # Errors
    ///
    /// The first rule that the token breaks, in the order of [`Problem`]'s variants.
    pub fn decode(token: &str, policy: &Policy, now: Timestamp) -> Result<Self, Problem> {
        let mut first = None;
        let mut contents = Contents::default();
        let _ = examine(token, policy, now, &mut contents, |problem| {
            first = Some(problem);
            ControlFlow::Break(())
        });
        match first {
            Some(problem) => Err(problem),
            // Whatever is missing was reported; should that ever be untrue, the token is refused.
            None => Self::complete(contents).ok_or(Problem::MalformedUrl),
        }
    }

    fn complete(contents: Contents) -> Option<Self> {
        Some(Self {
            url: contents.url?,
            host: contents.host?,
            sts: contents.sts?,
            access_key_id: contents.access_key_id?,
            signed_at: contents.signed_at?,
        })
    }

    /// The secret URL, exactly as it was signed. Whoever requests it is the signer to STS.
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// The STS host that the request is addressed to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The region of that host; `None` for the global endpoint.
    pub fn region(&self) -> Option<&Region> {
        self.sts.region.as_ref()
    }

    /// The partition of that host.
    pub fn partition(&self) -> Partition {
        self.sts.partition
    }

    /// The access key id that the request claims to be signed with.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// When it was signed.
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// When STS stops honouring it, unless the credentials end before.
    pub fn expiry(&self) -> Timestamp {
        later(self.signed_at, TOKEN_LIFETIME)
    }
}

impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedUrl")
            .field("url", &"** redacted **")
            .field("host", &self.host)
            .field("access_key_id", &self.access_key_id)
            .field("signed_at", &self.signed_at)
            .finish()
    }
}
