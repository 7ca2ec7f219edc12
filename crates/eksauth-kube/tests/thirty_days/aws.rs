//! Credentials that end after an hour, from a provider that is not always there.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use eksauth_kube::eksauth::signing_credentials;
use eksauth_kube::eksauth::token::{ClusterId, Policy, PresignedUrl, Signer, StsEndpoint};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::times::Times;

const SESSION: SignedDuration = SignedDuration::from_hours(1);

/// How long STS honours a presigned request, and how far its date may be in the future.
const PRESIGNED: SignedDuration = SignedDuration::from_mins(15);
const FUTURE: SignedDuration = SignedDuration::from_mins(5);

/// A request that joins a question to a provider that hangs waits for the end of it, and for that of
/// the next.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 60 + 5);

/// How the provider is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Well,
    /// It answers with an error.
    Away,
    /// It does not answer, not even when it is well again: connections that were lost.
    Hanging,
}

/// STS as it gives out credentials, and as it judges tokens.
#[derive(Clone, Debug)]
pub(crate) struct Aws {
    shared: Arc<Shared>,
}

struct Shared {
    times: Times,
    endpoint: StsEndpoint,
    cluster: ClusterId,
    health: watch::Sender<Health>,
    sessions: Mutex<Vec<Session>>,
    calls: Mutex<u64>,
    /// The last time that a valid token was known to be impossible.
    impossible: Mutex<Option<Instant>>,
}

struct Session {
    credentials: Credentials,
    end: Timestamp,
    revoked: bool,
}

impl Aws {
    pub(crate) fn new(times: &Times, cluster: ClusterId, endpoint: StsEndpoint) -> Self {
        let shared = Shared {
            times: times.clone(),
            endpoint,
            cluster,
            health: watch::Sender::new(Health::Well),
            sessions: Mutex::default(),
            calls: Mutex::default(),
            impossible: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    pub(crate) fn becomes(&self, health: Health) {
        self.shared.health.send_replace(health);
    }

    pub(crate) fn calls(&self) -> u64 {
        *self.shared.calls.lock().unwrap()
    }

    /// Credentials that were given out do not count any more, and neither do their tokens.
    pub(crate) fn revoke(&self) {
        let mut sessions = self.shared.sessions.lock().unwrap();
        sessions.iter_mut().for_each(|it| it.revoked = true);
    }

    /// Whether the client can have a valid token now: there are credentials to be had, or it has some
    /// that are good.
    pub(crate) fn makes_a_token_possible(&self) -> bool {
        let now = self.shared.times.now();
        let is_well = *self.shared.health.borrow() == Health::Well;
        let sessions = self.shared.sessions.lock().unwrap();
        let has_some = sessions.iter().any(|it| it.is_good(now));
        let possible = self.shared.times.are_close() && (is_well || has_some);
        if !possible {
            *self.shared.impossible.lock().unwrap() = Some(Instant::now());
        }
        possible
    }

    /// Whether it could all the while since a request was sent that fails now, however long that had
    /// to wait.
    pub(crate) fn made_a_token_possible(&self) -> bool {
        let possible = self.makes_a_token_possible();
        let impossible = *self.shared.impossible.lock().unwrap();
        possible && impossible.is_none_or(|it| it.elapsed() > LONGEST_WAIT)
    }

    /// Takes note of a time in which it cannot, before that ends.
    pub(crate) fn takes_note(&self) {
        self.makes_a_token_possible();
    }

    /// Judges a token as STS does: its date, its credentials and its signature.
    pub(crate) fn honours(&self, token: &str) -> bool {
        let Shared {
            times,
            endpoint,
            cluster,
            ..
        } = &*self.shared;
        let policy = Policy::new(endpoint.partition());
        let now = times.now();
        let Ok(url) = PresignedUrl::decode(token, &policy, now) else {
            return false;
        };
        let date = url.signed_at();
        if date > now + FUTURE || now >= date + PRESIGNED {
            return false;
        }
        let sessions = self.shared.sessions.lock().unwrap();
        let session = sessions
            .iter()
            .find(|it| it.credentials.access_key_id() == url.access_key_id());
        session.is_some_and(|session| {
            let signer = Signer::new(signing_credentials(&session.credentials), endpoint.clone());
            let expected = signer.unwrap().sign(cluster, date);
            session.is_good(now) && expected.is_ok_and(|it| it.expose() == token)
        })
    }

    async fn give(&self) -> provider::Result {
        *self.shared.calls.lock().unwrap() += 1;
        let health = *self.shared.health.borrow();
        match health {
            Health::Well => Ok(self.session()),
            Health::Away => Err(CredentialsError::provider_error("503 Service Unavailable")),
            Health::Hanging => std::future::pending().await,
        }
    }

    fn session(&self) -> Credentials {
        let end = self.shared.times.now() + SESSION;
        let mut sessions = self.shared.sessions.lock().unwrap();
        let credentials = Credentials::new(
            format!("ASIA{:012}", sessions.len()),
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            Some(format!("FwoGZXIvYXdzEJr//////////{:032}==", sessions.len())),
            Some(SystemTime::try_from(end).unwrap()),
            "simulation",
        );
        sessions.push(Session {
            credentials: credentials.clone(),
            end,
            revoked: false,
        });
        credentials
    }
}

impl Session {
    fn is_good(&self, now: Timestamp) -> bool {
        now < self.end && !self.revoked
    }
}

impl ProvideCredentials for Aws {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.give())
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
