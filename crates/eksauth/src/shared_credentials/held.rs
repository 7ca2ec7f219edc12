//! Credentials at hand, and the signers made of them.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use eksauth_token::{ANNOUNCED_MARGIN, SignError, Signer, StsEndpoint};

use crate::signing_credentials;
use crate::sync::Mutex;

/// A token signed now is to live its full quarter of an hour.
const WANTED_REST: Duration = Duration::from_secs(15 * 60);

/// The life of the shortest session that AWS gives, as it is seen at first: less has been used before,
/// or is of no AWS session.
const SHORTEST_SESSION: RangeInclusive<Duration> =
    Duration::from_secs(14 * 60)..=Duration::from_secs(16 * 60);

/// How long an answer of the provider stands, although the credentials in it are near their end, or
/// have none and may have been replaced: so that many sources do not ask one after the other.
const RECHECK: Duration = Duration::from_secs(60);

/// The same when tokens are about to run short.
const URGENT_RECHECK: Duration = Duration::from_secs(5);
const URGENT_REST: Duration = Duration::from_secs(3 * 60);

pub(crate) struct Held {
    credentials: Credentials,
    number: u64,
    /// When the provider gave them first, in seconds since 1970.
    first_given: AtomicU64,
    /// When it gave them last.
    last_given: AtomicU64,
    /// One for each endpoint: a process has few, however many clusters it talks to.
    signers: Mutex<Vec<Arc<Signer>>>,
}

impl Held {
    pub(super) fn new(credentials: Credentials, number: u64, now: SystemTime) -> Self {
        Self {
            credentials,
            number,
            first_given: AtomicU64::new(seconds(now)),
            last_given: AtomicU64::new(seconds(now)),
            signers: Mutex::default(),
        }
    }

    /// Tells them from those before and after.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub(super) fn is(&self, credentials: &Credentials) -> bool {
        self.credentials == *credentials
    }

    pub(super) fn given_again(&self, now: SystemTime) {
        self.last_given.store(seconds(now), Ordering::Relaxed);
        // When it seems to have been in the future, the clock was put right since.
        self.first_given.fetch_min(seconds(now), Ordering::Relaxed);
    }

    /// Whether they are far from their end: a quarter of an hour; of the shortest session, a quarter
    /// of it, or there would be no such time.
    pub(super) fn is_lasting(&self, now: SystemTime) -> bool {
        let (Some(end), Some(rest)) = (self.credentials.expiry(), self.rest(now)) else {
            return false;
        };
        let first_given = self.first_given.load(Ordering::Relaxed);
        let life = Duration::from_secs(seconds(end).saturating_sub(first_given));
        let wanted = match SHORTEST_SESSION.contains(&life) {
            true => life / 4,
            false => WANTED_REST,
        };
        rest > wanted && first_given <= seconds(now)
    }

    /// Whether the provider has said lately that it has nothing better, and they will do for a token.
    pub(super) fn is_rechecked(&self, now: SystemTime) -> bool {
        let pause = match self.rest(now) {
            None => RECHECK,
            Some(rest) if rest > URGENT_REST => RECHECK,
            Some(rest) if rest > ANNOUNCED_MARGIN.unsigned_abs() => URGENT_RECHECK,
            Some(_) => return false,
        };
        self.was_given_within(pause, now)
    }

    /// Whether the provider gave them so short a time ago, and not in the future.
    pub(super) fn was_given_within(&self, period: Duration, now: SystemTime) -> bool {
        let last_given = self.last_given.load(Ordering::Relaxed);
        let ago = seconds(now).checked_sub(last_given);
        ago.is_some_and(|ago| ago < period.as_secs())
    }

    /// Whether they still serve although the provider has nothing better.
    pub(super) fn can_serve(&self, now: SystemTime) -> bool {
        self.rest(now).is_some_and(|rest| rest > Duration::ZERO)
    }

    /// Time to their end, if they have one.
    fn rest(&self, now: SystemTime) -> Option<Duration> {
        let end = self.credentials.expiry()?;
        Some(end.duration_since(now).unwrap_or_default())
    }

    pub(crate) fn signer(&self, endpoint: &StsEndpoint) -> Result<Arc<Signer>, SignError> {
        let mut signers = self.signers.lock();
        if let Some(signer) = signers.iter().find(|it| it.endpoint() == endpoint) {
            return Ok(Arc::clone(signer));
        }
        let signer = Signer::new(signing_credentials(&self.credentials), endpoint.clone())?;
        let signer = Arc::new(signer);
        signers.push(Arc::clone(&signer));
        Ok(signer)
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
