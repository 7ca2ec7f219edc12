//! When a program wrote a file, by its own account.

/// The `LastUpdatedDateTime` of a file, as written: meant to be seconds since 1970.
///
/// Latency is measured with it, nothing else. So a text that is no number does not spoil the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUpdated(String);

impl LastUpdated {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text in the file. It is foreign: escape it before showing it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Seconds since 1970, if it is a number.
    pub fn unix_seconds(&self) -> Option<i64> {
        self.0.parse().ok()
    }
}
