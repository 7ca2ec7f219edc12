//! Reaching into a sandbox from a command inside it.

mod client;
mod server;

use serde_json::Value;

use crate::{Fault, Faults};

pub use client::{Remote, RemoteError};
pub(crate) use server::router;

/// The environment variable by which a command finds the sandbox that it runs in.
pub const SANDBOX_VARIABLE: &str = "EKSAUTH_SANDBOX";

/// What can be asked of it.
#[derive(Clone)]
pub(crate) struct Controls {
    pub(crate) faults: Faults,
    pub(crate) counters: std::sync::Arc<crate::Counters>,
    /// Whoever does not know it is not inside.
    pub(crate) password: std::sync::Arc<zeroize::Zeroizing<String>>,
}

impl Controls {
    fn apply(&self, fault: Fault) -> Value {
        self.faults.apply(fault);
        self.state()
    }

    fn state(&self) -> Value {
        serde_json::json!({
            "faults": self.faults.snapshot(),
            "counters": self.counters.snapshot(),
        })
    }
}
