//! Everything that a token says and everything that is wrong with it.

use std::fmt;
use std::ops::ControlFlow;

use jiff::Timestamp;

use crate::examine::{Contents, examine};
use crate::instant::later;
use crate::token::TOKEN_LIFETIME;
use crate::{Partition, Policy, Problem};

/// A token taken apart for people to look at, well-formed or not.
///
/// # Examples
///
/// ```
/// use eksauth_token::{Inspection, Partition, Policy};
///
/// let now = "2026-11-24T12:00:00Z".parse()?;
/// let inspection = Inspection::of("k8s-aws-v1.aHR0cDovL3N0cy5leGFtcGxlLm9yZy8", &Policy::new(Partition::Aws), now);
/// assert!(!inspection.is_valid());
/// assert_eq!(inspection.host(), Some("sts.example.org"));
/// assert_eq!(inspection.problems()[0].code(), "scheme");
/// assert_eq!(inspection.problems()[1].code(), "host");
/// # Ok::<(), jiff::Error>(())
/// ```
pub struct Inspection {
    contents: Contents,
    problems: Vec<Problem>,
}

impl Inspection {
    /// Examines a token as a verifier with this policy would at the given time.
    pub fn of(token: &str, policy: &Policy, now: Timestamp) -> Self {
        let mut contents = Contents::default();
        let mut problems = Vec::new();
        let _ = examine(token, policy, now, &mut contents, |problem| {
            problems.push(problem);
            ControlFlow::Continue(())
        });
        Self { contents, problems }
    }

    /// Whether a verifier would send the token on to STS.
    pub fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }

    /// Every rule that the token breaks, in the order in which a verifier finds them.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether the signature covers the cluster's name.
    pub fn cluster_header_signed(&self) -> bool {
        self.contents.cluster_header_signed
    }

    /// The host that the request is addressed to, if it can be shown.
    pub fn host(&self) -> Option<&str> {
        self.contents.host.as_deref()
    }

    /// The region that the request was signed for; without it, the region of the host.
    pub fn region(&self) -> Option<&str> {
        let of_host = || {
            self.contents
                .sts
                .as_ref()?
                .region
                .as_ref()
                .map(|it| it.as_str())
        };
        self.contents.scope_region.as_deref().or_else(of_host)
    }

    /// The partition whose STS host this is, if it is one.
    pub fn partition(&self) -> Option<Partition> {
        self.contents.sts.as_ref().map(|it| it.partition)
    }

    /// The access key id that the request claims to be signed with.
    pub fn access_key_id(&self) -> Option<&str> {
        self.contents.access_key_id.as_deref()
    }

    /// Whether temporary credentials signed it.
    pub fn has_session_token(&self) -> bool {
        self.contents.has_session_token
    }

    /// When it was signed.
    pub fn signed_at(&self) -> Option<Timestamp> {
        self.contents.signed_at
    }

    /// When STS stops honouring it, unless the credentials end before: a token does not say when
    /// they do.
    pub fn expiry(&self) -> Option<Timestamp> {
        self.signed_at().map(|at| later(at, TOKEN_LIFETIME))
    }

    /// The secret URL, if the token holds one. Whoever requests it is the signer to STS.
    pub fn expose_url(&self) -> Option<&str> {
        self.contents.url.as_ref().map(|it| it.as_str())
    }
}

impl fmt::Debug for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspection")
            .field("url", &self.contents.url.as_ref().map(|_| "** redacted **"))
            .field("host", &self.host())
            .field("region", &self.region())
            .field("access_key_id", &self.access_key_id())
            .field("signed_at", &self.signed_at())
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}
