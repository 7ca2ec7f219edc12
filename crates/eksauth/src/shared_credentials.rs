//! Credentials that many token sources sign with.

mod held;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwapOption;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use futures_util::FutureExt as _;
use tokio::time::Instant;

use crate::single_flight::SingleFlight;
use crate::sync::Mutex;
use crate::{ProviderSays, TokenError};

pub(crate) use held::Held;

/// How long a provider may take, unless [`SharedCredentials::with_timeout`] says otherwise. Somebody
/// may have to touch a key for it.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long an answer of the provider stands after an API server refused a token that was signed with
/// it.
const RECHECK_REFUSED: Duration = Duration::from_secs(5);

/// How long a failure of the provider stands for those who are not in need.
const RETRY: Duration = Duration::from_secs(5);

/// The same for those whose tokens are refused: many, as long as nothing else helps.
const RETRY_REFUSED: Duration = Duration::from_secs(1);

/// One provider of credentials, for any number of [`TokenSource`](crate::TokenSource)s.
///
/// - The provider is asked when the first token is, and then as seldom as possible: credentials serve
///   until a quarter of an hour before their end, so that every token signed with them lives its
///   full time (those of a session that lives no longer than that, for three quarters of it).
/// - From then on it is asked once a minute at most until it has newer ones; in their last three minutes
///   every five seconds, and in the last one, in which they sign nothing, each time. It is asked
///   itself: whatever cache an AWS client keeps in front of it is passed by.
/// - When an API server has refused a token, it is asked for others, unless it was within five seconds.
/// - Credentials without an end are asked for once a minute at most, when a token is to be signed:
///   they may have been replaced.
/// - However many ask at the same time, the provider is asked once; everybody shares the answer.
///   Who joined a call that was under way and failed is there for the next one too, since what made it
///   fail may be over.
/// - When the provider fails, those at hand serve to their end. Those without one do not: only the
///   provider can tell that they are still to be used.
/// - A provider that does not answer within a minute ([`SharedCredentials::with_timeout`]), or that
///   panics, has failed. A failure stands for five seconds for those who have a valid token, and for one
///   second for those whose token was refused.
///
/// Clones share everything. It needs a tokio runtime with a timer when the provider is asked.
///
/// # Examples
///
/// ```
/// use aws_credential_types::Credentials;
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth::token::{ClusterId, EndpointOptions, Region, StsEndpoint};
/// use eksauth::{SharedCredentials, TokenSource};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let provider = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", None, None, "example");
/// let credentials = SharedCredentials::new(provider, SystemTimeSource::new());
/// let endpoint = StsEndpoint::new(&Region::new("eu-west-1")?, EndpointOptions::default());
/// for name in ["prod", "staging"] {
///     let source =
///         TokenSource::sharing(ClusterId::new(name)?, endpoint.clone(), credentials.clone());
///     source.token().await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SharedCredentials {
    pool: Arc<Pool>,
}

struct Pool {
    provider: SharedCredentialsProvider,
    time_source: SharedTimeSource,
    timeout: Duration,
    held: ArcSwapOption<Held>,
    asking: SingleFlight<Result<Arc<Held>, TokenError>>,
    last_failure: Mutex<Option<(Instant, TokenError)>>,
}

/// Credentials to sign with.
pub(crate) struct Obtained {
    pub(crate) held: Arc<Held>,
    /// Why they are not newer.
    pub(crate) failure: Option<TokenError>,
}

/// What will do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Credentials that are not near their end.
    Lasting,
    /// The same, by somebody who has a token still: no need to press a provider that has just failed.
    Ahead,
    /// The same, but not those of this number, with which a token was refused.
    OtherThan(u64),
}

impl SharedCredentials {
    /// Shares a provider, whose credentials are judged by this clock.
    pub fn new(
        provider: impl ProvideCredentials + 'static,
        time_source: impl TimeSource + 'static,
    ) -> Self {
        Self::build(
            SharedCredentialsProvider::new(provider),
            SharedTimeSource::new(time_source),
            DEFAULT_TIMEOUT,
        )
    }

    /// The same provider, which may take this long to answer. What is held already is not taken over.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let Pool {
            provider,
            time_source,
            ..
        } = &*self.pool;
        Self::build(provider.clone(), time_source.clone(), timeout)
    }

    fn build(
        provider: SharedCredentialsProvider,
        time_source: SharedTimeSource,
        timeout: Duration,
    ) -> Self {
        let pool = Pool {
            provider,
            time_source,
            timeout,
            held: ArcSwapOption::empty(),
            asking: SingleFlight::new(),
            last_failure: Mutex::default(),
        };
        Self {
            pool: Arc::new(pool),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.pool.time_source.now()
    }

    /// What will do and is at hand.
    pub(crate) fn at_hand(&self, demand: Demand) -> Option<Arc<Held>> {
        let held = self.pool.held.load_full()?;
        let now = self.now();
        let will_do = match demand {
            Demand::Lasting | Demand::Ahead => held.is_lasting(now) || held.is_rechecked(now),
            Demand::OtherThan(refused) if held.number() != refused => held.is_lasting(now),
            Demand::OtherThan(_) => held.was_given_within(RECHECK_REFUSED, now),
        };
        will_do.then_some(held)
    }

    /// What will do: what is at hand, or what the provider gives, or what there is for want of better.
    pub(crate) async fn get(&self, demand: Demand) -> Result<Obtained, TokenError> {
        if let Some(failure) = self.recent_failure(demand) {
            return self.despite(failure);
        }
        let answer = match self.at_hand_or_ask(demand).await {
            (Err(_), Asked::Joined) => self.at_hand_or_ask(demand).await.0,
            (answer, _) => answer,
        };
        match answer {
            Ok(held) => Ok(Obtained {
                held,
                failure: None,
            }),
            Err(failure) => self.despite(failure),
        }
    }

    async fn at_hand_or_ask(&self, demand: Demand) -> (Result<Arc<Held>, TokenError>, Asked) {
        if let Some(held) = self.at_hand(demand) {
            return (Ok(held), Asked::Now);
        }
        let boarded = self.pool.asking.board(|| {
            let credentials = self.clone();
            async move {
                // A call may have landed between the look at what is at hand and the start of this.
                match credentials.at_hand(demand) {
                    Some(held) => Ok(held),
                    None => credentials.pool.renew().await,
                }
            }
        });
        let asked = match boarded.joined {
            true => Asked::Joined,
            false => Asked::Now,
        };
        // The call may live by the clock of another runtime, which stands still while nobody drives it.
        let answer = tokio::time::timeout(self.pool.timeout, boarded.call).await;
        (answer.unwrap_or_else(|_| self.pool.no_answer()), asked)
    }

    fn recent_failure(&self, demand: Demand) -> Option<TokenError> {
        let last_failure = self.pool.last_failure.lock();
        let (when, failure) = last_failure.as_ref()?;
        let stands = match demand {
            Demand::Lasting => Duration::ZERO,
            Demand::Ahead => RETRY,
            Demand::OtherThan(_) => RETRY_REFUSED,
        };
        (when.elapsed() < stands).then(|| failure.clone())
    }

    fn despite(&self, failure: TokenError) -> Result<Obtained, TokenError> {
        let held = self.pool.held.load_full();
        match held.filter(|it| it.can_serve(self.now())) {
            Some(held) => Ok(Obtained {
                held,
                failure: Some(failure),
            }),
            None => Err(failure),
        }
    }
}

/// Whether an answer is to a question that was asked before.
enum Asked {
    Now,
    Joined,
}

impl Pool {
    async fn renew(&self) -> Result<Arc<Held>, TokenError> {
        let answer = self.ask().await;
        let failure = answer.as_ref().err().cloned();
        *self.last_failure.lock() = failure.map(|it| (Instant::now(), it));
        let credentials = answer?;
        let now = self.time_source.now();
        match self.held.load_full() {
            // Their signers serve on.
            Some(same) if same.is(&credentials) => {
                same.given_again(now);
                Ok(same)
            }
            other => {
                let number = other.map_or(0, |it| it.number() + 1);
                let held = Arc::new(Held::new(credentials, number, now));
                self.held.store(Some(Arc::clone(&held)));
                Ok(held)
            }
        }
    }

    async fn ask(&self) -> Result<Credentials, TokenError> {
        // A provider can panic before it has made its future, and a timer when its runtime ends.
        let answer = async {
            let answer = async { self.provider.provide_credentials().await };
            tokio::time::timeout(self.timeout, answer).await
        };
        match AssertUnwindSafe(answer).catch_unwind().await {
            Ok(Ok(Ok(credentials))) => Ok(credentials),
            Ok(Ok(Err(error))) => Err(TokenError::Credentials(ProviderSays::new(error))),
            Ok(Err(_)) => self.no_answer(),
            Err(_) => Err(TokenError::Panicked),
        }
    }

    fn no_answer<T>(&self) -> Result<T, TokenError> {
        Err(TokenError::NoAnswer {
            after: self.timeout,
        })
    }
}

impl ProvideCredentials for SharedCredentials {
    /// Those at hand, or those of the provider, as a token would be signed with.
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let obtained = self.get(Demand::Lasting).await;
            let obtained = obtained.map_err(|error| match error {
                TokenError::Credentials(says) => CredentialsError::provider_error(says),
                error => CredentialsError::provider_error(error),
            })?;
            Ok(obtained.held.credentials().clone())
        })
    }
}

impl fmt::Debug for SharedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedCredentials")
            .field("timeout", &self.pool.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
