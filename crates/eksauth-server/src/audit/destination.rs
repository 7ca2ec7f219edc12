//! Where lines go.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
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
        let file = open(path)?;
        let is_mid_line = ends_mid_line(path, &file);
        let path = path.to_owned();
        Ok(Self {
            place: Place::File { path, file },
            is_mid_line,
        })
    }

    pub(super) fn writer(writer: Box<dyn Write + Send>) -> Self {
        Self {
            place: Place::Writer(writer),
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
            self.is_mid_line = ends_mid_line(path, file);
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

/// Whether a file that is appended to ends in a line that was cut short. A file that may only be written
/// does not say, and is taken to be whole.
fn ends_mid_line(path: &Path, file: &File) -> bool {
    // What is no file, such as a pipe, has no end to look at.
    let has_end = file.metadata().is_ok_and(|it| it.is_file() && it.len() > 0);
    has_end && last_byte(path).is_ok_and(|it| it != b'\n')
}

fn last_byte(path: &Path) -> io::Result<u8> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last[0])
}
