//! A provider of credentials that does what its test says.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const SESSION_TOKEN: &str = "FwoGZXIvYXdzEJr//////////wEaDBhZ0123456789==";

#[derive(Clone, Debug)]
pub(crate) struct ScriptedProvider(Arc<Script>);

struct Script {
    answer: Mutex<Arc<dyn Fn() -> provider::Result + Send + Sync>>,
    delay: Mutex<Duration>,
    /// One permit for each call that may answer.
    gate: Semaphore,
    asked_at: Mutex<Vec<Instant>>,
    given_up: Mutex<usize>,
}

impl ScriptedProvider {
    /// One that answers at once.
    pub(crate) fn giving(credentials: Credentials) -> Self {
        Self::answering(move || Ok(credentials.clone()))
    }

    /// One that answers at once, each time anew.
    pub(crate) fn answering(answer: impl Fn() -> provider::Result + Send + Sync + 'static) -> Self {
        let provider = Self(Arc::new(Script {
            answer: Mutex::new(Arc::new(answer)),
            delay: Mutex::default(),
            gate: Semaphore::new(0),
            asked_at: Mutex::default(),
            given_up: Mutex::default(),
        }));
        provider.open(Semaphore::MAX_PERMITS / 2);
        provider
    }

    /// One that answers no call before [`open`](Self::open).
    pub(crate) fn waiting(credentials: Credentials) -> Self {
        let provider = Self::giving(credentials);
        provider.shut();
        provider
    }

    /// Lets so many calls answer.
    pub(crate) fn open(&self, calls: usize) {
        self.0.gate.add_permits(calls);
    }

    /// Answers no call from now on.
    pub(crate) fn shut(&self) {
        self.0.gate.forget_permits(usize::MAX);
    }

    /// Takes its time.
    pub(crate) fn delay(&self, delay: Duration) {
        *self.0.delay.lock().unwrap() = delay;
    }

    pub(crate) fn give(&self, credentials: Credentials) {
        self.answer(move || Ok(credentials.clone()));
    }

    pub(crate) fn answer(&self, answer: impl Fn() -> provider::Result + Send + Sync + 'static) {
        *self.0.answer.lock().unwrap() = Arc::new(answer);
    }

    pub(crate) fn fail(&self) {
        self.fail_with_debug("");
    }

    pub(crate) fn fail_with_debug(&self, debug: &str) {
        let outage = Outage(debug.to_owned());
        self.answer(move || Err(CredentialsError::provider_error(outage.clone())));
    }

    pub(crate) fn calls(&self) -> usize {
        self.asked_at().len()
    }

    pub(crate) fn asked_at(&self) -> Vec<Instant> {
        self.0.asked_at.lock().unwrap().clone()
    }

    /// Calls that were dropped before they were answered.
    pub(crate) fn given_up(&self) -> usize {
        *self.0.given_up.lock().unwrap()
    }

    async fn call(&self) -> provider::Result {
        self.0.asked_at.lock().unwrap().push(Instant::now());
        let mut call = Call {
            script: &self.0,
            is_answered: false,
        };
        let delay = *self.0.delay.lock().unwrap();
        if !delay.is_zero() {
            sleep(delay).await;
        }
        self.0.gate.acquire().await.unwrap().forget();
        call.is_answered = true;
        let answer = Arc::clone(&self.0.answer.lock().unwrap());
        answer()
    }
}

impl ProvideCredentials for ScriptedProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.call())
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").finish_non_exhaustive()
    }
}

struct Call<'a> {
    script: &'a Script,
    is_answered: bool,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            *self.script.given_up.lock().unwrap() += 1;
        }
    }
}

/// An error that hides something in its `Debug`.
#[derive(Clone)]
struct Outage(String);

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

pub(crate) fn long_lived(access_key_id: &str) -> Credentials {
    Credentials::new(access_key_id, SECRET_KEY, None, None, "test")
}

/// Temporary credentials that end so many seconds after 1970.
pub(crate) fn lasting(access_key_id: &str, end: u64) -> Credentials {
    Credentials::new(
        access_key_id,
        SECRET_KEY,
        Some(SESSION_TOKEN.to_owned()),
        Some(UNIX_EPOCH + Duration::from_secs(end)),
        "test",
    )
}
