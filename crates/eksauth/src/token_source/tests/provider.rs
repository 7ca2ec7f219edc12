//! A provider of credentials that does what its test says.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use tokio::sync::Semaphore;

#[derive(Clone, Debug)]
pub(super) struct ScriptedProvider(Arc<State>);

#[derive(Debug)]
struct State {
    calls: AtomicUsize,
    answer: Mutex<Result<Credentials, Outage>>,
    /// One permit for each call that may answer.
    gate: Semaphore,
}

/// An error that hides something in its `Debug`.
#[derive(Clone)]
struct Outage(String);

impl ScriptedProvider {
    /// One that answers at once.
    pub(super) fn giving(credentials: Credentials) -> Self {
        let provider = Self::waiting(credentials);
        provider.open(Semaphore::MAX_PERMITS / 2);
        provider
    }

    /// One that answers no call before [`open`](Self::open).
    pub(super) fn waiting(credentials: Credentials) -> Self {
        Self(Arc::new(State {
            calls: AtomicUsize::new(0),
            answer: Mutex::new(Ok(credentials)),
            gate: Semaphore::new(0),
        }))
    }

    /// Lets so many calls answer.
    pub(super) fn open(&self, calls: usize) {
        self.0.gate.add_permits(calls);
    }

    pub(super) fn give(&self, credentials: Credentials) {
        *self.0.answer.lock().unwrap() = Ok(credentials);
    }

    pub(super) fn fail(&self) {
        self.fail_with_debug("");
    }

    pub(super) fn fail_with_debug(&self, debug: &str) {
        *self.0.answer.lock().unwrap() = Err(Outage(debug.to_owned()));
    }

    pub(super) fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    async fn answer(&self) -> provider::Result {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        self.0.gate.acquire().await.unwrap().forget();
        let answer = self.0.answer.lock().unwrap().clone();
        answer.map_err(CredentialsError::provider_error)
    }
}

impl ProvideCredentials for ScriptedProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.answer())
    }
}

impl fmt::Debug for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outage({})", self.0)
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the provider is out")
    }
}

impl std::error::Error for Outage {}

pub(super) fn long_lived(access_key_id: &str) -> Credentials {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    Credentials::new(access_key_id, secret, None, None, "test")
}

/// Temporary credentials that end so many seconds after 1970.
pub(super) fn lasting(access_key_id: &str, end: u64) -> Credentials {
    let session_token = "FwoGZXIvYXdzEJr//////////wEaDBhZ0123456789==".to_owned();
    Credentials::new(
        access_key_id,
        long_lived(access_key_id).secret_access_key(),
        Some(session_token),
        Some(UNIX_EPOCH + Duration::from_secs(end)),
        "test",
    )
}
