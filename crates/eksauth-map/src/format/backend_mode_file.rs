//! The file that says which backends are asked, while the server runs: JSON that a program writes.
//!
//! ```json
//! {"LastUpdatedDateTime": "1700000000", "Version": "7", "backendMode": "MountedFile DynamicFile"}
//! ```

#[cfg(test)]
mod tests;

use serde::de::MapAccess;

use super::LastUpdated;
use super::json::{self, Filled, JsonError, PairsOf, TextOf};
use crate::{BackendMode, UnknownBackendMode};

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendModeFile {
    /// The backends in the order in which they are asked, at least one, each once.
    pub modes: Vec<BackendMode>,
    /// When it was written, by its own account.
    pub last_updated: Option<LastUpdated>,
    /// Its version, in whichever form.
    pub version: Option<String>,
}

impl BackendModeFile {
    /// Reads a file. Its keys count in whichever case, and unknown ones do not count.
    ///
    /// The names of the backends are separated by single spaces. One that is named twice, even by
    /// its older name, is asked once, at its first place: asked again, it would answer the same.
    ///
    /// # Errors
    ///
    /// [`BackendModeFileError`] when it is no such JSON or anything between the spaces is no
    /// backend, also nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use eksauth_map::BackendMode;
    /// use eksauth_map::backend_mode_file::BackendModeFile;
    ///
    /// let file = BackendModeFile::parse(r#"{"backendMode": "CRD ConfigMap"}"#)?;
    /// assert_eq!(file.modes, [BackendMode::Crd, BackendMode::EksConfigMap]);
    ///
    /// assert!(BackendModeFile::parse(r#"{"backendMode": "CRD,ConfigMap"}"#).is_err());
    /// # Ok::<(), eksauth_map::backend_mode_file::BackendModeFileError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, BackendModeFileError> {
        let file = PairsOf {
            what: "an object with `backendMode`",
            keys: &["LastUpdatedDateTime", "Version", "backendMode"],
            into: Raw::default(),
        };
        let raw = json::read(text, file)
            .map_err(BackendModeFileError::Json)?
            .unwrap_or_default();
        let mut modes = Vec::new();
        for name in raw.modes.unwrap_or_default().split(' ') {
            let mode = name.parse().map_err(BackendModeFileError::Mode)?;
            if !modes.contains(&mode) {
                modes.push(mode);
            }
        }
        Ok(Self {
            modes,
            last_updated: raw.last_updated.map(LastUpdated::new),
            version: raw.version,
        })
    }
}

#[derive(Default)]
struct Raw {
    modes: Option<String>,
    last_updated: Option<String>,
    version: Option<String>,
}

impl<'de> Filled<'de> for Raw {
    fn fill<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error> {
        let text = map.next_value_seed(TextOf(key))?;
        match key {
            "backendMode" => self.modes = text,
            "LastUpdatedDateTime" => self.last_updated = text,
            _ => self.version = text,
        }
        Ok(())
    }
}

/// A file that is not used. The backends stay what they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BackendModeFileError {
    /// It is not the JSON that was expected.
    #[error("expected JSON with `backendMode`")]
    Json(#[source] JsonError),
    /// It names something that is no backend.
    #[error("expected `backendMode` to name backends, separated by single spaces")]
    Mode(#[source] UnknownBackendMode),
}
