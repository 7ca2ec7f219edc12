//! Reaching into a sandbox from a command inside it.

mod client;
mod server;

use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{Counters, Fault, Faults, SandboxError};

pub use client::{Remote, RemoteError};
pub(crate) use server::router;

/// The environment variable by which a command finds the sandbox that it runs in.
pub const SANDBOX_VARIABLE: &str = "EKSAUTH_SANDBOX";

/// What can be asked of it.
#[derive(Clone)]
pub(crate) struct Controls {
    pub(crate) faults: Faults,
    pub(crate) counters: Arc<Counters>,
    /// Whoever does not know it is not inside.
    pub(crate) password: Arc<Zeroizing<String>>,
}

impl Controls {
    pub(crate) fn new() -> Result<Self, SandboxError> {
        let mut random = Zeroizing::new([0; 16]);
        getrandom::fill(&mut *random).map_err(|_| SandboxError::Randomness)?;
        Ok(Self {
            faults: Faults::default(),
            counters: Arc::default(),
            password: Arc::new(Zeroizing::new(HEXLOWER.encode(&*random))),
        })
    }

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
