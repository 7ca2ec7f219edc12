//! Files that are there as a whole or not at all.

use std::io::{self, Write};
use std::path::Path;

/// Writes beside the file and renames, both made durable. The directory has to exist.
///
/// The mode is that of a Unix system, from which the umask takes; elsewhere the directory decides.
pub(super) fn atomically(path: &Path, mode: u32, content: &[u8]) -> io::Result<()> {
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    let mut file = new_file(dir, mode)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    sync(dir)
}

#[cfg(unix)]
fn new_file(dir: &Path, mode: u32) -> io::Result<tempfile::NamedTempFile> {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
    tempfile::Builder::new().permissions(mode).tempfile_in(dir)
}

#[cfg(not(unix))]
fn new_file(dir: &Path, _mode: u32) -> io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(dir)
}

/// The rename is in the directory.
#[cfg(unix)]
fn sync(dir: &Path) -> io::Result<()> {
    std::fs::File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_dir: &Path) -> io::Result<()> {
    Ok(())
}
