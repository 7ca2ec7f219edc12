//! The door of a cluster: whose token is it?

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eksauth_server::{AuthenticateError, Authenticated, Authenticator, UserInfo, Verifier};
use eksauth_token::ClusterId;

use crate::counters::Counters;
use crate::event::{Event, Events};
use crate::faults::Faults;
use crate::kubernetes::Authenticate;

/// Authenticates tokens for one cluster, counts and tells what came of it.
#[derive(Clone)]
pub(crate) struct Gate {
    cluster: ClusterId,
    authenticator: Authenticator,
    faults: Faults,
    /// The faults as of which the verifier remembers tokens.
    generation: Arc<AtomicU64>,
    events: Events,
    counters: Arc<Counters>,
}

impl Gate {
    pub(crate) fn new(
        cluster: ClusterId,
        authenticator: Authenticator,
        faults: Faults,
        events: Events,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            cluster,
            authenticator,
            generation: Arc::new(AtomicU64::new(faults.generation())),
            faults,
            events,
            counters,
        }
    }

    /// Whose a token is, or why it is nobody's.
    pub(crate) async fn ask(&self, token: &str) -> Result<Authenticated, AuthenticateError> {
        self.notice_faults();
        let outcome = self.authenticator.authenticate(token).await;
        match outcome {
            Ok(_) => self.counters.authenticated(),
            Err(_) => self.counters.refused(),
        }
        self.tell(token, &outcome);
        outcome
    }

    /// Whoever switches a fault wants to see it, so what was remembered before is forgotten.
    fn notice_faults(&self) {
        let generation = self.faults.generation();
        if self.generation.swap(generation, Ordering::Relaxed) != generation {
            self.authenticator.verifiers().for_each(Verifier::forget);
        }
    }

    fn tell(&self, token: &str, outcome: &Result<Authenticated, AuthenticateError>) {
        let cluster = self.cluster.as_str().to_owned();
        let event = match outcome {
            Ok(authenticated) => Event::Authenticated {
                cluster,
                arn: authenticated.identity.arn().to_owned(),
                username: authenticated.user.username.clone(),
                groups: authenticated.user.groups.clone(),
            },
            Err(error) => Event::Refused {
                cluster,
                reason: chain(error),
            },
        };
        self.events.tell(token, event);
    }
}

impl Authenticate for Gate {
    async fn authenticate(&self, token: String) -> Option<UserInfo> {
        self.ask(&token).await.ok().map(|it| it.user)
    }
}

/// An error and its causes, in a line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
