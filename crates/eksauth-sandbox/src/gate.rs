//! The door of a cluster: whose token is it?

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eksauth_server::{AuthenticateError, Authenticator, UserInfo};
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

    /// Whoever switches a fault wants to see it, so what was remembered before is forgotten.
    fn notice_faults(&self) {
        let generation = self.faults.generation();
        if self.generation.swap(generation, Ordering::Relaxed) != generation {
            self.authenticator.verifier().forget();
        }
    }

    fn tell(&self, token: &str, outcome: &Result<UserInfo, AuthenticateError>) {
        let cluster = self.cluster.as_str().to_owned();
        let event = match outcome {
            Ok(user) => Event::Authenticated {
                cluster,
                arn: user
                    .extra
                    .get("arn")
                    .into_iter()
                    .flatten()
                    .cloned()
                    .collect(),
                username: user.username.clone(),
                groups: user.groups.clone(),
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
        self.notice_faults();
        let outcome = self.authenticator.authenticate(&token).await;
        match outcome {
            Ok(_) => self.counters.authenticated(),
            Err(_) => self.counters.refused(),
        }
        self.tell(&token, &outcome);
        outcome.ok()
    }
}

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
