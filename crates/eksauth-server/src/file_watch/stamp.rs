//! How a file looks from outside.

use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// What tells a file from another, or from what it was, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    File {
        len: u64,
        modified: Option<SystemTime>,
        origin: Origin,
    },
    /// It cannot be looked at, for instance because it is not there.
    Nothing(io::ErrorKind),
}

impl Stamp {
    /// Links are followed.
    pub(super) fn of(path: &Path) -> Self {
        match std::fs::metadata(path) {
            Ok(metadata) => Self::File {
                len: metadata.len(),
                modified: metadata.modified().ok(),
                origin: Origin::of(&metadata),
            },
            Err(error) => Self::Nothing(error.kind()),
        }
    }
}

/// The disk and the number of a file, and when anything about it has changed: a program may put back the
/// time of its content, but not that one.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    disk: u64,
    number: u64,
    changed: (i64, i64),
}

#[cfg(unix)]
impl Origin {
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            disk: metadata.dev(),
            number: metadata.ino(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

#[cfg(not(unix))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    created: Option<SystemTime>,
}

#[cfg(not(unix))]
impl Origin {
    fn of(metadata: &Metadata) -> Self {
        Self {
            created: metadata.created().ok(),
        }
    }
}
