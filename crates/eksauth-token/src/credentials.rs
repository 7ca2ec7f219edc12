//! What a token is signed with.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

/// AWS credentials: an access key, and what comes with it when it is temporary.
///
/// The secret access key and the session token are erased from memory when this is dropped, and
/// never show in its `Debug`.
///
/// # Examples
///
/// ```
/// use eksauth_token::SigningCredentials;
///
/// let credentials = SigningCredentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG")
///     .with_session_token("FwoGZXIvYXdzEJr")
///     .with_expiry("2026-11-24T13:00:00Z".parse()?);
/// assert_eq!(credentials.access_key_id(), "AKIAIOSFODNN7EXAMPLE");
/// assert!(!format!("{credentials:?}").contains("wJalr"));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningCredentials {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: Option<Zeroizing<String>>,
    expiry: Option<Timestamp>,
}

impl SigningCredentials {
    /// A long-lived access key.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: Zeroizing::new(secret_access_key.into()),
            session_token: None,
            expiry: None,
        }
    }

    /// The session token that temporary credentials come with. An empty one counts as none, as it
    /// does in the AWS SDKs.
    #[must_use]
    pub fn with_session_token(mut self, session_token: impl Into<String>) -> Self {
        let session_token = session_token.into();
        self.session_token = (!session_token.is_empty()).then(|| Zeroizing::new(session_token));
        self
    }

    /// When AWS stops accepting these credentials, if ever.
    #[must_use]
    pub fn with_expiry(mut self, expiry: Timestamp) -> Self {
        self.expiry = Some(expiry);
        self
    }

    /// The public half of the access key. Not a secret.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// When AWS stops accepting these credentials; `None` when it never does.
    pub fn expiry(&self) -> Option<Timestamp> {
        self.expiry
    }

    pub(crate) fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    pub(crate) fn session_token(&self) -> Option<&str> {
        self.session_token.as_ref().map(|it| it.as_str())
    }
}

impl fmt::Debug for SigningCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningCredentials")
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &"** redacted **")
            .field(
                "session_token",
                &self.session_token.as_ref().map(|_| "** redacted **"),
            )
            .field("expiry", &self.expiry)
            .finish()
    }
}
