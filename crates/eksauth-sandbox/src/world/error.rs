//! What is wrong with a world.

use std::error::Error;

/// A world that cannot be.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct WorldError(Reason);

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("could not read the world: expected YAML as in the default world")]
    Yaml(#[source] Box<dyn Error + Send + Sync>),
    #[error("could not use {entry} of the world: expected {expected}, but found {found}")]
    Unexpected {
        entry: String,
        expected: String,
        found: String,
    },
    #[error("could not use {entry} of the world")]
    Caused {
        entry: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("could not make the keys of the world")]
    Randomness(#[source] Box<dyn Error + Send + Sync>),
}

impl WorldError {
    pub(super) fn yaml(source: impl Error + Send + Sync + 'static) -> Self {
        Self(Reason::Yaml(Box::new(source)))
    }

    /// `found` is quoted; empty, it is nothing.
    pub(super) fn unexpected(entry: &str, expected: &str, found: &str) -> Self {
        let found = match found {
            "" => "nothing".to_owned(),
            found => format!("`{}`", found.escape_debug()),
        };
        Self(Reason::Unexpected {
            entry: entry.to_owned(),
            expected: expected.to_owned(),
            found,
        })
    }

    pub(super) fn repeated(entry: &str) -> Self {
        Self(Reason::Unexpected {
            entry: entry.to_owned(),
            expected: "each one once".to_owned(),
            found: "a second one: rename or remove it".to_owned(),
        })
    }

    pub(crate) fn caused(entry: &str, source: impl Error + Send + Sync + 'static) -> Self {
        Self(Reason::Caused {
            entry: entry.to_owned(),
            source: Box::new(source),
        })
    }

    pub(crate) fn randomness(source: impl Error + Send + Sync + 'static) -> Self {
        Self(Reason::Randomness(Box::new(source)))
    }
}
