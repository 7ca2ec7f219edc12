//! The files that clients read.

mod aws_files;
mod kubeconfig;

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::SandboxError;

pub(crate) use aws_files::{Profile, Source, config, credentials};
pub(crate) use kubeconfig::{KubeContext, kubeconfig};

const PREFIX: &str = "eksauth-sandbox-";

/// A temporary folder that its owner alone can read, and that goes with the sandbox.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Result<Self, SandboxError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        let owner = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        #[cfg(unix)]
        builder.permissions(owner);
        let folder = builder.tempdir();
        folder.map(Self).map_err(SandboxError::Folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A word that no other sandbox has.
    pub(crate) fn word(&self) -> &str {
        let name = self.path().file_name().and_then(|it| it.to_str());
        name.and_then(|it| it.strip_prefix(PREFIX))
            .unwrap_or_default()
    }

    /// Makes a file. What is in it is nobody else's business, so its mode says so too.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf, SandboxError> {
        let path = self.path().join(name);
        let written = write_private(&path, text);
        match written {
            Ok(()) => Ok(path),
            Err(source) => Err(SandboxError::File { path, source }),
        }
    }

    /// Makes a folder in it with a link to a program, under the program's own name.
    pub(crate) fn link(&self, program: &Path, name: &str) -> Result<PathBuf, SandboxError> {
        let folder = self.path().join("bin");
        let path = folder.join(name);
        let linked = fs::create_dir_all(&folder).and_then(|()| link(program, &path));
        match linked {
            Ok(()) => Ok(folder),
            Err(source) => Err(SandboxError::File { path, source }),
        }
    }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(unix)]
fn link(program: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, path)
}

/// Links need a privilege there.
#[cfg(not(unix))]
fn link(program: &Path, path: &Path) -> io::Result<()> {
    fs::copy(program, path.with_extension("exe")).map(|_| ())
}
