//! What is in a file.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use hyper::body::Bytes;

use super::MAX_FILE_LEN;

/// What is in a file.
#[derive(Clone, PartialEq, Eq)]
pub enum FileContent {
    /// This, and it was something else before.
    Changed(Bytes),
    /// There is no such file, or none any more.
    Deleted,
    /// There is one, but it cannot be read.
    Unreadable(FileProblem),
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// A folder, a pipe or a device.
    #[error("expected a file, but found something else")]
    NotAFile,
    /// Longer than 64 MiB.
    #[error("expected at most {limit} bytes, but found more")]
    TooLong {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The operating system says no.
    #[error("could not read it: {reason}")]
    Io {
        /// Its words.
        reason: String,
    },
}

impl FileContent {
    /// Reads a file that is there or not.
    pub(super) fn read(path: &Path) -> Self {
        match read(path) {
            Ok(content) => content,
            Err(error) if is_absence(&error) => Self::Deleted,
            Err(error) => Self::Unreadable(FileProblem::Io {
                reason: error.to_string(),
            }),
        }
    }
}

fn read(path: &Path) -> io::Result<FileContent> {
    // Before it is opened: opening a pipe waits for whoever writes to it.
    if !std::fs::metadata(path)?.is_file() {
        return Ok(FileContent::Unreadable(FileProblem::NotAFile));
    }
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    file.take(MAX_FILE_LEN + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > MAX_FILE_LEN) {
        let limit = MAX_FILE_LEN;
        return Ok(FileContent::Unreadable(FileProblem::TooLong { limit }));
    }
    Ok(FileContent::Changed(bytes.into()))
}

/// Whether there is no file; a folder on the way that is a file means so too.
fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

impl fmt::Debug for FileContent {
    /// Leaves the content out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(bytes) => write!(f, "Changed({} bytes)", bytes.len()),
            Self::Deleted => f.write_str("Deleted"),
            Self::Unreadable(problem) => f.debug_tuple("Unreadable").field(problem).finish(),
        }
    }
}
