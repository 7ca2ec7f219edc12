//! A token that is there when it is asked for.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth_token::{ClusterId, SignError, Signer, StsEndpoint, TOKEN_LIFETIME, Token};
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::{Failure, signing_credentials};

/// Signs tokens for one cluster when they are needed, and hands the same one out while it is valid.
///
/// - While a token is valid, [`TokenSource::token`] returns it without waiting and without a lock.
/// - The provider is asked for credentials before each token, unless those at hand outlast it.
/// - When no token is valid, the first caller signs one; everybody who asks meanwhile waits
///   for that one flight and shares its outcome, a failure too.
/// - A flight whose caller gives up is taken over by the next in line.
/// - When a new token cannot be had, the old one serves to its real end, a minute beyond the
///   announced one.
/// - Validity is judged by the clock at the time of asking, so a machine that slept, or whose clock
///   was put right, signs anew.
///
/// Clones share everything.
///
/// # Examples
///
/// ```
/// use aws_credential_types::Credentials;
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth::TokenSource;
/// use eksauth_token::{ClusterId, EndpointOptions, Region, StsEndpoint};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", None, None, "example");
/// let endpoint = StsEndpoint::new(&Region::new("eu-west-1")?, EndpointOptions::default());
/// let source =
///     TokenSource::new(ClusterId::new("prod")?, endpoint, credentials, SystemTimeSource::new());
///
/// let token = source.token().await?;
/// assert_eq!(token.expose(), source.token().await?.expose());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TokenSource {
    shared: Arc<Shared>,
}

struct Shared {
    cluster: ClusterId,
    endpoint: StsEndpoint,
    credentials: SharedCredentialsProvider,
    time_source: SharedTimeSource,
    current: ArcSwapOption<Token>,
    flight: Mutex<Flight>,
    /// Flights that have ended. Whoever waited for one of them does not start another.
    landed: AtomicU64,
}

/// What only the flight in progress touches.
#[derive(Default)]
struct Flight {
    /// Kept while the credentials stay the same, for the day's signing key inside.
    signer: Option<(Credentials, Signer)>,
    last_error: Option<TokenError>,
}

impl TokenSource {
    /// A source of tokens for a cluster. Nothing is asked of the provider before the first token is.
    pub fn new(
        cluster: ClusterId,
        endpoint: StsEndpoint,
        credentials: impl ProvideCredentials + 'static,
        time_source: impl TimeSource + 'static,
    ) -> Self {
        let shared = Shared {
            cluster,
            endpoint,
            credentials: SharedCredentialsProvider::new(credentials),
            time_source: SharedTimeSource::new(time_source),
            current: ArcSwapOption::empty(),
            flight: Mutex::default(),
            landed: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// A token that is valid now.
    ///
    /// # Errors
    ///
    /// [`TokenError::Credentials`] when the provider has none to give, [`TokenError::Sign`] when
    /// they cannot sign a token.
    pub async fn token(&self) -> Result<Arc<Token>, TokenError> {
        let shared = &self.shared;
        if let Some(token) = shared.announced() {
            return Ok(token);
        }
        let landed_before = shared.landed.load(Ordering::Acquire);
        let mut flight = shared.flight.lock().await;
        if let Some(token) = shared.announced() {
            return Ok(token);
        }
        let shares_outcome = shared.landed.load(Ordering::Acquire) != landed_before;
        let result = match flight.last_error.clone().filter(|_| shares_outcome) {
            Some(error) => Err(error),
            None => shared.fly(&mut flight).await,
        };
        result.or_else(|error| shared.old_token_despite(error))
    }

    /// The cluster that the tokens are for.
    pub fn cluster(&self) -> &ClusterId {
        &self.shared.cluster
    }
}

impl Shared {
    fn now(&self) -> Timestamp {
        Timestamp::try_from(self.time_source.now()).unwrap_or(Timestamp::MAX)
    }

    /// The current token, while it is announced as valid.
    fn announced(&self) -> Option<Arc<Token>> {
        self.current
            .load_full()
            .filter(|token| self.is_between(token.signed_at(), token.announced_expiry()))
    }

    /// A token from the future was signed before the clock was put right, and STS refuses it.
    fn is_between(&self, start: Timestamp, end: Timestamp) -> bool {
        (start..end).contains(&self.now())
    }

    async fn fly(&self, flight: &mut Flight) -> Result<Arc<Token>, TokenError> {
        let result = self.sign(flight).await;
        flight.last_error = result.as_ref().err().cloned();
        if let Ok(token) = &result {
            self.current.store(Some(Arc::clone(token)));
        }
        self.landed.fetch_add(1, Ordering::Release);
        result
    }

    async fn sign(&self, flight: &mut Flight) -> Result<Arc<Token>, TokenError> {
        let held = flight.signer.take_if(|(it, _)| self.outlasts_a_token(it));
        let (credentials, signer) = match held {
            Some(held) => held,
            None => self.renewed(flight).await?,
        };
        let token = signer.sign(&self.cluster, self.now());
        flight.signer = Some((credentials, signer));
        Ok(Arc::new(token?))
    }

    async fn renewed(&self, flight: &mut Flight) -> Result<(Credentials, Signer), TokenError> {
        let credentials = self.credentials.provide_credentials().await;
        let credentials = credentials.map_err(TokenError::credentials)?;
        let signer = match flight.signer.take() {
            Some((same, signer)) if same == credentials => signer,
            _ => Signer::new(signing_credentials(&credentials), self.endpoint.clone())?,
        };
        Ok((credentials, signer))
    }

    /// Credentials without an end are cheap to ask for, and may have been rotated since.
    fn outlasts_a_token(&self, credentials: &Credentials) -> bool {
        let expiry = credentials.expiry().map(Timestamp::try_from);
        matches!(expiry, Some(Ok(it)) if it.duration_since(self.now()) > TOKEN_LIFETIME)
    }

    fn old_token_despite(&self, error: TokenError) -> Result<Arc<Token>, TokenError> {
        match self
            .current
            .load_full()
            .filter(|token| self.is_between(token.signed_at(), token.expiry()))
        {
            Some(token) => {
                tracing::warn!(
                    cluster = %self.cluster,
                    error = &error as &dyn Error,
                    expiry = %token.expiry(),
                    "could not sign a new token, the old one serves to its end"
                );
                Ok(token)
            }
            None => Err(error),
        }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("cluster", &self.shared.cluster)
            .field("endpoint", &self.shared.endpoint)
            .finish_non_exhaustive()
    }
}

/// Why there is no token. Cheap to clone: everybody who waited gets it.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The provider gave no credentials.
    #[error("could not get AWS credentials to sign a token with")]
    Credentials(#[source] Arc<dyn Error + Send + Sync>),
    /// The credentials cannot sign a token.
    #[error("could not sign a token")]
    Sign(#[from] SignError),
}

impl fmt::Debug for TokenError {
    /// In the words of `Display`, causes included: with `Debug`, errors of the AWS SDK show the
    /// answer that they are about, and what is secret in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenError({})", Failure::of(self))
    }
}

impl TokenError {
    fn credentials(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Credentials(Arc::new(error))
    }
}

#[cfg(test)]
mod tests;
