//! Where lines go.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file, or what the caller has.
pub(super) enum Destination {
    File {
        path: PathBuf,
        file: BufWriter<File>,
    },
    Writer(Box<dyn Write + Send>),
}

impl Destination {
    pub(super) fn file(path: &Path) -> io::Result<Self> {
        Ok(Self::File {
            file: BufWriter::new(open(path)?),
            path: path.to_owned(),
        })
    }

    pub(super) fn writer(writer: Box<dyn Write + Send>) -> Self {
        Self::Writer(writer)
    }

    /// Opens the file by its name again. Should that fail, it stays as it is.
    pub(super) fn reopen(&mut self) -> io::Result<()> {
        match self {
            Self::File { path, file } => {
                let opened = BufWriter::new(open(path)?);
                // What is buffered belongs to the file that is left.
                let mut left = std::mem::replace(file, opened);
                left.flush()
            }
            Self::Writer(_) => Ok(()),
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { file, .. } => file.write(bytes),
            Self::Writer(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File { file, .. } => file.flush(),
            Self::Writer(writer) => writer.flush(),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
