//! What happens at the door of a cluster.

use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast;

/// A token was presented to an API server of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// It belongs to a user.
    Authenticated {
        /// The cluster.
        cluster: String,
        /// The AWS identity that signed it.
        arn: String,
        /// The Kubernetes user that it is.
        username: String,
        /// The user's groups.
        groups: Vec<String>,
    },
    /// It does not.
    Refused {
        /// The cluster.
        cluster: String,
        /// Why, cause by cause.
        reason: String,
    },
}

impl Event {
    fn cluster(&self) -> &str {
        match self {
            Self::Authenticated { cluster, .. } | Self::Refused { cluster, .. } => cluster,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authenticated {
                cluster,
                arn,
                username,
                groups,
            } if groups.is_empty() => {
                write!(f, "{cluster}: {arn} is {username}")
            }
            Self::Authenticated {
                cluster,
                arn,
                username,
                groups,
            } => {
                let groups = groups.join(", ");
                write!(f, "{cluster}: {arn} is {username} in {groups}")
            }
            Self::Refused { cluster, reason } => write!(f, "{cluster}: refused: {reason}"),
        }
    }
}

/// Listeners that fall further behind lose the oldest events.
const BACKLOG: usize = 256;

/// Tokens whose last outcome is remembered, so that it is told once and not with every request.
const REMEMBERED: usize = 1024;

/// Where events are told.
#[derive(Clone)]
pub(crate) struct Events {
    listeners: broadcast::Sender<Event>,
    told: Arc<Cache<[u8; 32], Event>>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self {
            listeners: broadcast::Sender::new(BACKLOG),
            told: Arc::new(Cache::new(REMEMBERED)),
        }
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.listeners.subscribe()
    }

    /// Tells what became of a token, unless it is what became of it before.
    pub(crate) fn tell(&self, token: &str, event: Event) {
        let key = Sha256::new()
            .chain_update(event.cluster())
            .chain_update([0])
            .chain_update(token)
            .finalize()
            .into();
        if self.told.get(&key).as_ref() == Some(&event) {
            return;
        }
        self.told.insert(key, event.clone());
        // Nobody need listen.
        let _ = self.listeners.send(event);
    }
}
