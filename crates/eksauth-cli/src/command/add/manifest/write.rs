//! Replacing a file.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::failed::Failed;
use crate::mapping_files;

/// Writes the new text in the place of the old one, as a whole or not at all. Links stay, and so does
/// the mode.
pub(super) fn instead_of(path: &Path, old: &str, new: &str) -> Result<(), Failed> {
    let path = fs::canonicalize(path).map_err(failed)?;
    // Somebody may have thought about the question for a while.
    if mapping_files::read(&path)? != old {
        return Err(Failed::new(
            "expected the file as it was shown, but somebody else has changed it meanwhile: try again",
        ));
    }
    atomically(&path, new).map_err(failed)
}

fn atomically(path: &Path, text: &str) -> io::Result<()> {
    let permissions = fs::metadata(path)?.permissions();
    let dir = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn failed(error: io::Error) -> Failed {
    Failed::new(error.to_string())
}
