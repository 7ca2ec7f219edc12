//! One set of cached credentials.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The newest of the formats that were ever written.
const VERSION: u32 = 1;

/// A token signed now is to live its full quarter of an hour.
const WANTED_REST: SignedDuration = SignedDuration::from_mins(15);

#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
    version: u32,
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: Zeroizing<String>,
    fetched_at: Timestamp,
    expiry: Timestamp,
}

impl Entry {
    /// `None` for credentials that never expire: they are written down somewhere already.
    pub(super) fn of(credentials: &Credentials, now: Timestamp) -> Option<Self> {
        Some(Self {
            version: VERSION,
            access_key_id: credentials.access_key_id().to_owned(),
            secret_access_key: Zeroizing::new(credentials.secret_access_key().to_owned()),
            session_token: Zeroizing::new(credentials.session_token()?.to_owned()),
            fetched_at: now,
            expiry: Timestamp::try_from(credentials.expiry()?).ok()?,
        })
    }

    pub(super) fn from_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json)
            .ok()
            .filter(|it: &Self| it.version == VERSION)
    }

    pub(super) fn to_json(&self) -> Zeroizing<Vec<u8>> {
        // Large enough that it does not grow, which would leave a copy behind.
        let mut json = Zeroizing::new(Vec::with_capacity(16 * 1024));
        #[expect(
            clippy::expect_used,
            reason = "text and times always serialise, into memory"
        )]
        serde_json::to_writer(&mut *json, self).expect("an entry serialises");
        json
    }

    /// Fresh until a quarter of an hour before the end; of a short session, for three quarters of it.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        let life = self.expiry.duration_since(self.fetched_at);
        let rest = self.expiry.duration_since(now);
        rest > WANTED_REST.min(life / 4) && self.fetched_at <= now
    }

    pub(super) fn is_valid(&self, now: Timestamp) -> bool {
        now < self.expiry
    }

    pub(super) fn expiry(&self) -> Timestamp {
        self.expiry
    }

    pub(super) fn into_credentials(self) -> Credentials {
        Credentials::new(
            self.access_key_id,
            self.secret_access_key.as_str(),
            Some(self.session_token.to_string()),
            SystemTime::try_from(self.expiry).ok(),
            "Cache",
        )
    }
}
