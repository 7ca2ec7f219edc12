//! What is wrong with a signature, in AWS's words; each service has codes of its own for it.

/// Texts are those of AWS, but for quotations of the request, which could hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::aws) enum SignatureFault {
    /// Nobody signed.
    #[error("Request is missing Authentication Token")]
    Missing,
    /// A part of the signature is missing, there twice, or not readable.
    #[error("{0}")]
    Incomplete(String),
    /// The query is none.
    #[error("The query string contains a syntax error")]
    MalformedQuery,
    /// Another request was signed, or with another key.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your \
         AWS Secret Access Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
    /// The signature is for another service, region or day, or leaves something out.
    #[error("{0}")]
    Scope(String),
    /// Signed too long ago, or too far in the future.
    #[error("{0}")]
    OutOfDate(String),
    /// A presigned request whose time is over.
    #[error("Request has expired.")]
    PresignedExpired,
    /// An access key id that is not known, or a session token that is not its own.
    #[error("The security token included in the request is invalid.")]
    InvalidKey,
    /// A session that has ended.
    #[error("The security token included in the request is expired")]
    ExpiredSession,
}
