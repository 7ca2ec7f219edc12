//! The folder of one control plane.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::SandboxError;

use super::leftovers;

/// A folder below that of the sandbox: data, keys and logs. As long as this is there, it is known to be
/// in use.
pub(super) struct Home {
    folder: TempDir,
    _in_use: File,
}

impl Home {
    /// Makes it, and removes what control planes have left behind whose sandboxes were killed.
    pub(super) fn new(sandbox: &Path) -> Result<Self, SandboxError> {
        leftovers::remove_beside(sandbox);
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix(leftovers::PREFIX).tempdir_in(sandbox);
        let folder = folder.map_err(SandboxError::Folder)?;
        let in_use = leftovers::mark_in_use(folder.path()).map_err(SandboxError::Folder)?;
        Ok(Self {
            folder,
            _in_use: in_use,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that its owner alone can read: it is made in a folder of that kind.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), SandboxError> {
        let path = self.path().join(name);
        fs::write(&path, text).map_err(|source| SandboxError::File { path, source })
    }

    /// Makes a log file.
    pub(super) fn log(&self, name: &str) -> Result<(PathBuf, File), SandboxError> {
        let path = self.path().join(name);
        match File::create(&path) {
            Ok(file) => Ok((path, file)),
            Err(source) => Err(SandboxError::File { path, source }),
        }
    }
}
