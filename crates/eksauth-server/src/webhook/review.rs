//! The TokenReview that an API server sends.

mod lenient;

use serde::Deserialize;
use serde::de::IgnoredAny;

use lenient::{Object, Text, Texts};

/// A request to review a token.
///
/// Read as `aws-iam-authenticator` reads it: the first JSON value counts and what follows is not
/// looked at, `null` is as good as nothing, unknown fields are skipped, and neither `apiVersion` nor
/// `kind` has to be there. A field that is known has to be of its type, and may be there once. Names
/// are matched exactly, whereas Go's decoder ignores their case.
///
/// # Examples
///
/// ```
/// use eksauth_server::TokenReview;
///
/// let body = br#"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"t"}}"#;
/// let review = TokenReview::parse(body).unwrap();
/// assert_eq!(review.token(), "t");
/// ```
pub struct TokenReview<'a> {
    version: Option<ReviewVersion>,
    token: Text<'a>,
}

/// The versions of a TokenReview, which have the same fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewVersion {
    /// `authentication.k8s.io/v1`.
    V1,
    /// `authentication.k8s.io/v1beta1`.
    V1Beta1,
}

/// The body is no TokenReview. It may hold a token, so there is nothing of it here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a TokenReview, but found something else")]
pub struct NotATokenReview;

impl<'a> TokenReview<'a> {
    /// The review in a body.
    ///
    /// # Errors
    ///
    /// [`NotATokenReview`] when the body is empty, no JSON, or has a known field of another type.
    pub fn parse(body: &'a [u8]) -> Result<Self, NotATokenReview> {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        // The end of the body is not asked for: what follows does not count.
        let Object(review) =
            Object::<Review<'a>>::deserialize(&mut deserializer).map_err(|_| NotATokenReview)?;
        let kind = review.kind.as_str();
        Ok(Self {
            version: ReviewVersion::named(review.api_version.as_str())
                .filter(|_| kind == ReviewVersion::KIND),
            token: review.spec.0.token,
        })
    }

    /// The token; empty when there is none.
    pub fn token(&self) -> &str {
        self.token.as_str()
    }

    /// The version that the request names, if it is one of a TokenReview.
    pub fn version(&self) -> Option<ReviewVersion> {
        self.version
    }
}

impl ReviewVersion {
    /// The kind, of all versions.
    pub const KIND: &'static str = "TokenReview";

    /// The `apiVersion`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "authentication.k8s.io/v1",
            Self::V1Beta1 => "authentication.k8s.io/v1beta1",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::V1, Self::V1Beta1]
            .into_iter()
            .find(|version| version.as_str() == name)
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Review<'a> {
    #[serde(borrow)]
    api_version: Text<'a>,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(rename = "metadata")]
    _metadata: Object<Anything>,
    #[serde(borrow)]
    spec: Object<Spec<'a>>,
    #[serde(rename = "status")]
    _status: Object<Anything>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Spec<'a> {
    #[serde(borrow)]
    token: Text<'a>,
    #[serde(rename = "audiences")]
    _audiences: Texts,
}

/// An object that nobody looks into.
#[derive(Default)]
struct Anything;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

#[cfg(test)]
mod tests;
