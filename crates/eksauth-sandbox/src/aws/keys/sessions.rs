//! The sessions that were issued, for as long as it matters.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::SessionCredentials;
use crate::aws::caller::Caller;

/// So long after its end a session is still known, and told from one that never was.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);

/// More than any test has at once; beyond, the one that ends first makes room.
const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct Sessions(HashMap<String, Session>);

pub(super) struct Session {
    pub(super) secret: Zeroizing<String>,
    pub(super) token: Zeroizing<String>,
    pub(super) caller: Caller,
    expiry: Timestamp,
    /// See [`Faults::expire_sessions`](crate::Faults::expire_sessions).
    epoch: u64,
}

impl Sessions {
    /// Adds a session, and forgets those that ended long ago.
    pub(super) fn insert(&mut self, access_key_id: String, session: Session, now: Timestamp) {
        self.0.retain(|_, it| {
            let forgotten = it.expiry.checked_add(REMEMBERED);
            forgotten.is_ok_and(|at| at > now)
        });
        if self.0.len() >= MOST {
            let first = self.0.iter().min_by_key(|(_, it)| it.expiry);
            if let Some(id) = first.map(|(id, _)| id.clone()) {
                self.0.remove(&id);
            }
        }
        self.0.insert(access_key_id, session);
    }

    pub(super) fn get(&self, access_key_id: &str) -> Option<&Session> {
        self.0.get(access_key_id)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Session {
    pub(super) fn new(credentials: &SessionCredentials, caller: Caller, epoch: u64) -> Self {
        Self {
            secret: credentials.secret_access_key.clone(),
            token: credentials.session_token.clone(),
            caller,
            expiry: credentials.expiry,
            epoch,
        }
    }

    pub(super) fn is_over(&self, now: Timestamp, epoch: u64) -> bool {
        now >= self.expiry || self.epoch < epoch
    }
}
