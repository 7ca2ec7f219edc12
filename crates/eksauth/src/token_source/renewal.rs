//! The way from one token to the next.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use eksauth_token::Token;
use futures_util::FutureExt as _;
use jiff::Timestamp;

use crate::TokenError;
use crate::refresher::{Refresh, Refreshing};
use crate::shared_credentials::{Demand, Held, Obtained};

use super::ready::{Handing, Ready};
use super::{Shared, TokenId, TokenState};

/// What has become of the attempts so far.
#[derive(Default)]
pub(super) struct Tally {
    /// Tokens that were signed.
    signed: u64,
    /// Attempts that have failed since one succeeded.
    failures: u32,
    /// Attempts that have ever failed.
    all_failures: u64,
}

/// What an attempt found when it began.
#[derive(Clone, Copy)]
struct Start {
    replaces: Replaces,
    all_failures: u64,
}

/// The token that a newer one is wanted for.
#[derive(Clone, Copy)]
pub(super) enum Replaces {
    /// There was none.
    Nothing,
    /// It is near its end, or beyond.
    Aged(TokenId),
    /// An API server refused it.
    Refused(TokenId),
}

impl Replaces {
    /// Whether a token that was signed meanwhile will do.
    fn is_served_by(self, ready: &Ready) -> bool {
        match self {
            Self::Nothing => true,
            Self::Aged(old) => ready.id.number > old.number,
            // One that was signed with the same credentials and no second thought would be refused too.
            Self::Refused(old) => {
                ready.id.number > old.number
                    && (ready.id.credentials != old.credentials || ready.replaces_refused)
            }
        }
    }

    fn is_refused(self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl Shared {
    /// A newer token: that which somebody else has signed meanwhile, or a new one.
    pub(super) async fn renew(&self, replaces: Replaces) -> Result<Arc<Ready>, TokenError> {
        let start = self.start(replaces);
        if let Some(newer) = self.signed_since(start) {
            return Ok(newer);
        }
        let demand = match replaces {
            Replaces::Nothing | Replaces::Aged(_) => Demand::Lasting,
            Replaces::Refused(token) => Demand::OtherThan(token.credentials),
        };
        let obtained = self.credentials.get(demand).await;
        self.conclude(start, obtained)
    }

    fn start(&self, replaces: Replaces) -> Start {
        Start {
            replaces,
            all_failures: self.tally.lock().all_failures,
        }
    }

    /// Signs, unless somebody else has, and plans the next attempt.
    fn conclude(
        &self,
        start: Start,
        obtained: Result<Obtained, TokenError>,
    ) -> Result<Arc<Ready>, TokenError> {
        let mut tally = self.tally.lock();
        if let Some(newer) = self.signed_since(start) {
            return Ok(newer);
        }
        let signed = obtained.and_then(|Obtained { held, failure }| {
            match self.sign(start, &held, &tally) {
                Ok(ready) => Ok((ready, failure)),
                // What could not be had is the reason, not what there was for want of it.
                Err(error) => Err(failure.unwrap_or(error)),
            }
        });
        match signed {
            Ok((ready, failure)) => {
                tally.signed += 1;
                self.current.store(Some(Arc::clone(&ready)));
                match failure {
                    None => self.succeeded(&mut tally, &ready),
                    Some(failure) => self.failed(&mut tally, failure),
                }
                Ok(ready)
            }
            Err(error) => {
                // Many who waited for the same answer have failed once together.
                if start.all_failures == tally.all_failures {
                    self.failed(&mut tally, error.clone());
                }
                Err(error)
            }
        }
    }

    fn signed_since(&self, start: Start) -> Option<Arc<Ready>> {
        let now = self.credentials.now();
        let current = self.current.load_full()?;
        (start.replaces.is_served_by(&current) && current.is_to_hand_out(now)).then_some(current)
    }

    fn sign(&self, start: Start, held: &Held, tally: &Tally) -> Result<Arc<Ready>, TokenError> {
        let now = self.now();
        let token = held.signer(&self.endpoint)?.sign(&self.cluster, now)?;
        let id = TokenId {
            number: tally.signed,
            credentials: held.number(),
        };
        let mut ready = Ready::new(token, id, self.handing());
        ready.replaces_refused = start.replaces.is_refused();
        Ok(Arc::new(ready))
    }

    fn handing(&self) -> Handing {
        match self.enrolment.get() {
            None => Handing::OnDemand,
            Some(enrolment) => Handing::Refreshed {
                overdue: self.credentials.now() + enrolment.policy().overdue_age(),
            },
        }
    }

    fn succeeded(&self, tally: &mut Tally, ready: &Ready) {
        if tally.failures > 0 {
            tracing::info!(cluster = %self.cluster, failures = tally.failures, "tokens are renewed again");
        }
        tally.failures = 0;
        let token = &ready.token;
        tracing::debug!(cluster = %self.cluster, expiry = %token.expiry(), "signed a token");
        self.state.send_replace(TokenState::Fresh {
            signed_at: token.signed_at(),
            expiry: token.expiry(),
        });
        if let Some(enrolment) = self.enrolment.get() {
            enrolment.plan(enrolment.policy().until_refresh(self.announced_rest(token)));
        }
    }

    fn failed(&self, tally: &mut Tally, error: TokenError) {
        tally.all_failures += 1;
        tally.failures = tally.failures.saturating_add(1);
        let failures = tally.failures;
        let now = self.credentials.now();
        let current = self.current.load_full();
        let state = match current.as_ref().filter(|it| it.is_valid(now)) {
            Some(ready) => TokenState::Stale {
                expiry: ready.token.expiry(),
                failures,
                error,
            },
            None => TokenState::Missing { failures, error },
        };
        self.tell(&state);
        self.state.send_replace(state);
        // Who never had a token may have to be asked something first, and nobody waits for it.
        if let Some(enrolment) = self.enrolment.get().filter(|_| current.is_some()) {
            enrolment.plan_retry(enrolment.policy().until_retry(failures));
        }
    }

    /// Plans the next refresh, if this one was made needless by somebody else who did not.
    fn settle(&self) {
        let current = self.current.load_full();
        if let (Some(enrolment), Some(ready)) = (self.enrolment.get(), current) {
            let rest = self.announced_rest(&ready.token);
            enrolment.settle(enrolment.policy().until_refresh(rest));
        }
    }

    /// Tells of a change, not of each attempt: thousands of clusters can fail for one reason.
    fn tell(&self, state: &TokenState) {
        let cluster = &self.cluster;
        let before = self.state.borrow();
        match (&*before, state) {
            (TokenState::Stale { .. }, TokenState::Stale { error, .. })
            | (TokenState::Missing { .. }, TokenState::Missing { error, .. }) => {
                tracing::debug!(%cluster, error = error as &dyn Error, "still could not renew the token");
            }
            (_, TokenState::Stale { error, expiry, .. }) => {
                tracing::warn!(
                    %cluster,
                    error = error as &dyn Error,
                    %expiry,
                    "could not renew the token, the old one serves to its end"
                );
            }
            (_, TokenState::Missing { error, .. }) => {
                tracing::warn!(%cluster, error = error as &dyn Error, "there is no valid token");
            }
            (_, TokenState::Idle | TokenState::Fresh { .. }) => {}
        }
    }

    fn announced_rest(&self, token: &Token) -> Duration {
        let rest = token.announced_expiry().duration_since(self.now());
        Duration::try_from(rest).unwrap_or_default()
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::try_from(self.credentials.now()).unwrap_or(Timestamp::MAX)
    }
}

impl Refresh for Shared {
    fn refresh(self: Arc<Self>) -> Refreshing {
        let in_hand = self.current.load().as_ref().map(|it| it.id);
        let start = self.start(in_hand.map_or(Replaces::Nothing, Replaces::Aged));
        if let Some(held) = self.credentials.at_hand(Demand::Ahead) {
            let obtained = Obtained {
                held,
                failure: None,
            };
            // Its outcome is in the state.
            let _ = self.conclude(start, Ok(obtained));
            self.settle();
            return Refreshing::Done;
        }
        let credentials = self.credentials.clone();
        let source = Arc::downgrade(&self);
        let mut state = self.state.subscribe();
        let dropped = async move { while state.changed().await.is_ok() {} };
        let waiting = async move {
            tokio::select! {
                obtained = credentials.get(Demand::Ahead) => {
                    if let Some(source) = source.upgrade() {
                        let _ = source.conclude(start, obtained);
                        source.settle();
                    }
                }
                () = dropped => {}
            }
        };
        Refreshing::Waiting(waiting.boxed())
    }
}

#[cfg(test)]
mod tests;
