//! Where lines go.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file, or what the caller has, to which lines are appended.
///
/// Nothing is buffered here, so that a line is either written or known to be lost.
pub(super) struct Destination {
    place: Place,
    /// A line was cut short, by a disk that was full.
    is_mid_line: bool,
}

enum Place {
    File { path: PathBuf, file: File },
    Writer(Box<dyn Write + Send>),
}

impl Destination {
    pub(super) fn file(path: &Path) -> io::Result<Self> {
        Ok(Self::new(Place::File {
            file: open(path)?,
            path: path.to_owned(),
        }))
    }

    pub(super) fn writer(writer: Box<dyn Write + Send>) -> Self {
        Self::new(Place::Writer(writer))
    }

    fn new(place: Place) -> Self {
        Self {
            place,
            is_mid_line: false,
        }
    }

    /// Writes a line, with the end that it brings. What is left of a line that failed stays a line of
    /// its own.
    pub(super) fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        if self.is_mid_line {
            self.write_all(b"\n")?;
        }
        self.write_all(line)
    }

    /// As [`Write::write_all`] does it, and remembers how far it came.
    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.place.writer().write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    let (done, rest) = bytes.split_at(written.min(bytes.len()));
                    self.is_mid_line = !done.ends_with(b"\n");
                    bytes = rest;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.place.writer().flush()
    }

    /// Opens the file by its name again. Should that fail, it stays as it is.
    pub(super) fn reopen(&mut self) -> io::Result<()> {
        if let Place::File { path, file } = &mut self.place {
            *file = open(path)?;
            self.is_mid_line = false;
        }
        Ok(())
    }
}

impl Place {
    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Self::File { file, .. } => file,
            Self::Writer(writer) => writer,
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
