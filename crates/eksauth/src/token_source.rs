//! A token that is there when it is asked for.

mod error;
mod ready;
mod renewal;
mod state;

use std::fmt;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_async::time::TimeSource;
use eksauth_token::{ClusterId, StsEndpoint, Token};
use jiff::Timestamp;
use tokio::sync::watch;

use crate::refresher::{Enrolment, Refresh};
use crate::sync::Mutex;
use crate::{Refresher, SharedCredentials};

pub use error::TokenError;
pub use ready::{Bearer, TokenId};
pub use state::TokenState;

use ready::Ready;
use renewal::{Replaces, Tally};

/// How long a caller waits for a new token while the old one serves still.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tokens for one cluster: while there is a valid one, it is handed out without waiting.
///
/// Each sentence is tested in its own words:
///
/// - Nothing is asked of the provider before the first token is.
/// - While a token is valid, it is handed out without waiting and without a lock.
/// - When no token is valid, the first caller has one signed; everybody who asks meanwhile gets the same.
/// - A caller that gives up disturbs nobody.
/// - Validity is judged by the clock at the time of asking, so a machine that slept, or whose clock
///   was put right by more than STS tolerates, signs anew.
/// - When a new token cannot be had, or not within ten seconds, the old one serves to its real end, a
///   minute beyond the announced one.
/// - A failure is not remembered: who asks next, and has no valid token, tries again.
/// - How it is doing can be watched ([`TokenSource::state`]), and goes to the subscriber of `tracing`
///   when it changes.
///
/// On demand, which is how it is made, it needs no task: the first caller after the announced end
/// waits for the next token. With a [`Refresher`] ([`TokenSource::refreshed_by`]):
///
/// - From the first token on, it is renewed in the background every five minutes
///   ([`RefreshPolicy`](crate::RefreshPolicy)), and always ahead of its announced end.
/// - Nobody waits for a refresh while the token in hand is valid, to its real end.
/// - When a refresh fails, it is tried again after a second, two, four, … up to half a minute.
/// - A caller that finds the refresh overdue, because the machine slept, has it done at once, and
///   does not wait for it.
/// - It stops when the last clone is dropped.
///
/// Credentials come from a provider that any number of sources can share: how and when it is asked
/// is told at [`SharedCredentials`]. Clones share everything.
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
    credentials: SharedCredentials,
    current: ArcSwapOption<Ready>,
    tally: Mutex<Tally>,
    state: watch::Sender<TokenState>,
    enrolment: OnceLock<Enrolment>,
}

impl TokenSource {
    /// A source of tokens for a cluster, on demand.
    pub fn new(
        cluster: ClusterId,
        endpoint: StsEndpoint,
        credentials: impl ProvideCredentials + 'static,
        time_source: impl TimeSource + 'static,
    ) -> Self {
        let credentials = SharedCredentials::new(credentials, time_source);
        Self::sharing(cluster, endpoint, credentials)
    }

    /// The same, with credentials that other sources sign with too.
    pub fn sharing(
        cluster: ClusterId,
        endpoint: StsEndpoint,
        credentials: SharedCredentials,
    ) -> Self {
        let shared = Shared {
            cluster,
            endpoint,
            credentials,
            current: ArcSwapOption::empty(),
            tally: Mutex::default(),
            state: watch::Sender::new(TokenState::Idle),
            enrolment: OnceLock::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Renews its tokens in the background, from the next one on. A source stays with its first
    /// refresher.
    #[must_use]
    pub fn refreshed_by(self, refresher: &Refresher) -> Self {
        self.shared.enrolment.get_or_init(|| {
            let source: Weak<Shared> = Arc::downgrade(&self.shared);
            refresher.enrol(source as Weak<dyn Refresh>)
        });
        self
    }

    /// A token that is valid now.
    ///
    /// # Errors
    ///
    /// [`TokenError::Credentials`] when the provider has none to give, [`TokenError::NoAnswer`] and
    /// [`TokenError::Panicked`] when it gave no answer, [`TokenError::Sign`] when they cannot sign a
    /// token.
    pub async fn token(&self) -> Result<Arc<Token>, TokenError> {
        let ready = self.ready().await?;
        Ok(Arc::clone(&ready.token))
    }

    /// The same, as the value of an `Authorization` header.
    ///
    /// # Errors
    ///
    /// As of [`TokenSource::token`].
    pub async fn bearer(&self) -> Result<Bearer, TokenError> {
        match self.bearer_in_hand() {
            Some(bearer) => Ok(bearer),
            None => Ok(self.ready().await?.bearer()),
        }
    }

    /// The same, if there is one in hand: it never waits.
    pub fn bearer_in_hand(&self) -> Option<Bearer> {
        let current = self.shared.current.load();
        let ready = current.as_ref()?;
        self.shared.hands_out(ready).then(|| ready.bearer())
    }

    /// Another token than this one, which an API server refused although it should be valid: signed
    /// anew, and with other credentials if the provider has them.
    ///
    /// Many who tell of the same token get the same new one. The refused one is not handed out again by
    /// this, but is to who asks for a token meanwhile: what one API server refuses need not be
    /// wrong.
    ///
    /// # Errors
    ///
    /// As of [`TokenSource::token`].
    pub async fn replace(&self, refused: TokenId) -> Result<Bearer, TokenError> {
        let ready = self.shared.renew(Replaces::Refused(refused)).await?;
        Ok(ready.bearer())
    }

    /// How it is doing, as it changes.
    pub fn state(&self) -> watch::Receiver<TokenState> {
        self.shared.state.subscribe()
    }

    /// The cluster that the tokens are for.
    pub fn cluster(&self) -> &ClusterId {
        &self.shared.cluster
    }

    /// The STS endpoint that the tokens are addressed to.
    pub fn endpoint(&self) -> &StsEndpoint {
        &self.shared.endpoint
    }

    /// The time, by the clock that it judges tokens by.
    pub fn now(&self) -> Timestamp {
        self.shared.now()
    }

    async fn ready(&self) -> Result<Arc<Ready>, TokenError> {
        let shared = &self.shared;
        let Some(current) = shared.current.load_full() else {
            return shared.renew(Replaces::Nothing).await;
        };
        if shared.hands_out(&current) {
            return Ok(current);
        }
        let renewal = shared.renew(Replaces::Aged(current.id));
        if !current.is_valid(shared.credentials.now()) {
            return renewal.await;
        }
        match tokio::time::timeout(PATIENCE, renewal).await {
            Ok(renewed) => renewed.or_else(|error| shared.valid_despite(error)),
            Err(_) => Ok(current),
        }
    }
}

impl Shared {
    /// Whether a token will do as it is.
    fn hands_out(&self, ready: &Ready) -> bool {
        let now = self.credentials.now();
        let hands_out = ready.is_to_hand_out(now);
        if hands_out && ready.is_to_be_told(now) {
            self.enrolment.get().inspect(|it| it.nudge());
        }
        hands_out
    }

    fn valid_despite(&self, error: TokenError) -> Result<Arc<Ready>, TokenError> {
        let now = self.credentials.now();
        let current = self.current.load_full();
        current.filter(|it| it.is_valid(now)).ok_or(error)
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

#[cfg(test)]
mod tests;
