//! Whether a webhook can answer, and what is missing if not.

use std::fmt;

/// Names what is not ready yet, such as a backend that has not loaded; nothing when all is.
pub(super) struct Probe(Box<dyn Fn() -> Vec<String> + Send + Sync>);

impl Probe {
    pub(super) fn new(missing: impl Fn() -> Vec<String> + Send + Sync + 'static) -> Self {
        Self(Box::new(missing))
    }

    /// What is missing.
    pub(super) fn missing(&self) -> Vec<String> {
        (self.0)()
    }
}

impl Default for Probe {
    fn default() -> Self {
        Self::new(Vec::new)
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Probe")
    }
}
