//! Access keys: those of users, and those of sessions as they are issued.

mod sessions;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::world::User;
use crate::{Faults, World};

use super::caller::{Caller, Principals};
use super::random;
use sessions::{Session, Sessions};

/// All keys that requests can be signed with.
pub(super) struct Keys {
    of_users: Vec<AccessKey>,
    /// Where in `of_users` an id is, and whose it is.
    by_id: HashMap<String, (usize, Arc<User>)>,
    sessions: Mutex<Sessions>,
    faults: Faults,
}

/// A long-term access key of a user.
#[derive(Clone)]
pub struct AccessKey {
    pub(crate) user_name: String,
    pub(crate) user_arn: String,
    pub(crate) id: String,
    pub(crate) secret: Zeroizing<String>,
}

impl AccessKey {
    /// The name of its user.
    pub fn user_name(&self) -> &str {
        &self.user_name
    }

    /// The ARN of its user.
    pub fn user_arn(&self) -> &str {
        &self.user_arn
    }

    /// The access key id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret access key.
    pub fn secret_access_key(&self) -> &str {
        &self.secret
    }
}

/// What a signature is to be checked with, and who made it if it is right.
pub(super) struct Found {
    pub(super) secret: Zeroizing<String>,
    pub(super) caller: Caller,
}

/// Why a key is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadKey {
    /// AWS does not tell an unknown key from a wrong or missing session token.
    Invalid,
    /// The session has ended.
    Expired,
}

impl Keys {
    pub(super) fn of(
        world: &World,
        principals: &Principals,
        faults: Faults,
    ) -> Result<Self, getrandom::Error> {
        let (mut of_users, mut by_id) = (Vec::new(), HashMap::new());
        for user in world.users.iter().filter_map(|it| principals.user(&it.arn)) {
            for entry in &user.access_keys {
                let key = AccessKey {
                    user_name: user.name.clone(),
                    user_arn: user.arn.clone(),
                    id: entry
                        .id
                        .clone()
                        .map_or_else(|| random::access_key_id("AKIA"), Ok)?,
                    secret: entry
                        .secret
                        .clone()
                        .map_or_else(random::secret_access_key, Ok)?,
                };
                by_id.insert(key.id.clone(), (of_users.len(), Arc::clone(user)));
                of_users.push(key);
            }
        }
        Ok(Self {
            of_users,
            by_id,
            sessions: Mutex::default(),
            faults,
        })
    }

    pub(super) fn of_users(&self) -> &[AccessKey] {
        &self.of_users
    }

    /// Issues credentials of a session.
    pub(super) fn issue(
        &self,
        caller: Caller,
        now: Timestamp,
        lifetime: SignedDuration,
    ) -> Result<SessionCredentials, getrandom::Error> {
        let credentials = SessionCredentials {
            access_key_id: random::access_key_id("ASIA")?,
            secret_access_key: random::secret_access_key()?,
            session_token: random::session_token()?,
            expiry: whole_seconds(now.checked_add(lifetime).unwrap_or(Timestamp::MAX)),
            arn: caller.arn(),
            user_id: caller.user_id(),
        };
        let session = Session::new(&credentials, caller, self.faults.session_epoch());
        let sessions = self.sessions.lock();
        // Sessions are added and removed one at a time, each whole.
        let mut sessions = sessions.unwrap_or_else(PoisonError::into_inner);
        sessions.insert(credentials.access_key_id.clone(), session, now);
        Ok(credentials)
    }

    /// The key of an id, for use now and with this session token.
    pub(super) fn find(
        &self,
        id: &str,
        session_token: Option<&str>,
        now: Timestamp,
    ) -> Result<Found, BadKey> {
        if self.faults.is_revoked(id) {
            return Err(BadKey::Invalid);
        }
        match self.by_id.get(id) {
            Some((at, user)) => self.of_user(*at, user, session_token),
            None => self.of_session(id, session_token.ok_or(BadKey::Invalid)?, now),
        }
    }

    fn of_user(
        &self,
        at: usize,
        user: &Arc<User>,
        session_token: Option<&str>,
    ) -> Result<Found, BadKey> {
        let key = self.of_users.get(at).ok_or(BadKey::Invalid)?;
        match session_token {
            Some(_) => Err(BadKey::Invalid),
            None => Ok(Found {
                secret: key.secret.clone(),
                caller: Caller::User(Arc::clone(user)),
            }),
        }
    }

    fn of_session(&self, id: &str, token: &str, now: Timestamp) -> Result<Found, BadKey> {
        let sessions = self.sessions.lock();
        let sessions = sessions.unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get(id).ok_or(BadKey::Invalid)?;
        if !bool::from(session.token.as_bytes().ct_eq(token.as_bytes())) {
            return Err(BadKey::Invalid);
        }
        if session.is_over(now, self.faults.session_epoch()) {
            return Err(BadKey::Expired);
        }
        Ok(Found {
            secret: session.secret.clone(),
            caller: session.caller.clone(),
        })
    }
}

/// Temporary credentials of the local AWS, and who they make one. `Debug` shows no secret.
#[derive(Clone)]
pub struct SessionCredentials {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: Zeroizing<String>,
    expiry: Timestamp,
    arn: String,
    user_id: String,
}

impl SessionCredentials {
    /// The public half of the access key. Not a secret.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret half of the access key.
    pub fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    /// What every request must carry beside its signature.
    pub fn session_token(&self) -> &str {
        &self.session_token
    }

    /// When the local AWS stops accepting them.
    pub fn expiry(&self) -> Timestamp {
        self.expiry
    }

    /// Who uses them, as `GetCallerIdentity` tells it.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The unique id of who uses them, as `GetCallerIdentity` tells it.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }
}

/// As it is told to the client: no credentials may end later than they say.
fn whole_seconds(at: Timestamp) -> Timestamp {
    // Cannot fail: cutting off the fraction of a valid time leaves a valid time.
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

impl fmt::Debug for SessionCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionCredentials")
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &"** redacted **")
            .field("session_token", &"** redacted **")
            .field("expiry", &self.expiry)
            .field("arn", &self.arn)
            .field("user_id", &self.user_id)
            .finish()
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("user_arn", &self.user_arn)
            .field("id", &self.id)
            .field("secret", &"** redacted **")
            .finish_non_exhaustive()
    }
}
