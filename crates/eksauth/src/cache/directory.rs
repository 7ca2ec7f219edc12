//! A private folder of small files, each replaced as a whole and guarded by a lock.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

/// How often to look whether a lock is free, and for how long: as long as it may take a person to
/// answer the MFA prompt of another process.
const LOCK_INTERVAL: Duration = Duration::from_millis(50);
const LOCK_ATTEMPTS: u32 = 2400;

/// Longer than any session lasts.
const OUTDATED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What a file is called that is being written.
const TEMPORARY_PREFIX: &str = ".eksauth-";

/// Larger than any entry; a file beyond it is not one of ours.
const MAX_FILE_LEN: u64 = 64 * 1024;

#[derive(Clone, Debug)]
pub(super) struct Directory {
    path: PathBuf,
}

/// The turn of one process to fill one entry. Given back when dropped, and by the system when the
/// process dies.
pub(super) struct Turn {
    _lock: File,
}

impl Directory {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The contents of an entry; `None` when there is none, or when others can read it.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let path = self.entry_path(name);
        let metadata = match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            metadata => metadata?,
        };
        if !is_private(&metadata) {
            tracing::warn!(path = %path.display(), "ignored cached credentials that others can read");
            return Ok(None);
        }
        if metadata.len() > MAX_FILE_LEN {
            return Ok(Some(Zeroizing::new(Vec::new())));
        }
        Ok(Some(Zeroizing::new(fs::read(path)?)))
    }

    pub(super) fn write(&self, name: &str, contents: &[u8]) -> io::Result<()> {
        self.create()?;
        // Created with mode 0600, in the same folder so that it can be renamed, and under a name by
        // which it is removed some day should this process die before.
        let mut file = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .suffix(".json")
            .tempfile_in(&self.path)?;
        file.write_all(contents)?;
        file.persist(self.entry_path(name))
            .map_err(|error| error.error)?;
        Ok(())
    }

    /// Waits until no other process is filling this entry.
    pub(super) async fn take_turn(&self, name: &str) -> io::Result<Turn> {
        self.create()?;
        let lock = private_file(&self.path.join(format!("{name}.lock")))?;
        for _ in 0..LOCK_ATTEMPTS {
            match lock.try_lock() {
                Ok(()) => return Ok(Turn { _lock: lock }),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_INTERVAL).await,
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::Error::new(
            ErrorKind::TimedOut,
            "another process held the entry for two minutes",
        ))
    }

    /// Removes files that no running session can need. What cannot be removed is left for later.
    pub(super) fn remove_outdated(&self, now: Timestamp) {
        let Ok(files) = fs::read_dir(&self.path) else {
            return;
        };
        for path in files.flatten().map(|file| file.path()) {
            if is_of_ours(&path) && is_outdated(&path, now) && is_unused(&path) {
                let _ = fs::remove_file(path);
            }
        }
    }

    fn entry_path(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.json"))
    }

    fn create(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        owner_only_folder(&mut builder);
        builder.create(&self.path)?;
        if is_private(&fs::metadata(&self.path)?) {
            return Ok(());
        }
        // `/tmp` or a home directory may have been named by mistake: they are not ours to close.
        if !self.holds_nothing_else()? {
            return Err(io::Error::new(
                ErrorKind::PermissionDenied,
                "others can open the folder, and it holds more than cached credentials",
            ));
        }
        close_to_others(&self.path)
    }

    fn holds_nothing_else(&self) -> io::Result<bool> {
        for file in fs::read_dir(&self.path)? {
            if !is_of_ours(&file?.path()) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_outdated(path: &Path, now: Timestamp) -> bool {
    let modified = fs::symlink_metadata(path).and_then(|it| it.modified());
    let modified = modified.ok().and_then(|it| Timestamp::try_from(it).ok());
    modified.is_some_and(|at| now.duration_since(at) > OUTDATED_AFTER)
}

/// No lock that somebody holds.
fn is_unused(path: &Path) -> bool {
    match extension(path) {
        Some("lock") => File::open(path).is_ok_and(|it| it.try_lock().is_ok()),
        _ => true,
    }
}

/// An entry, its lock, or what a process that died while it wrote has left. The folder may be shared
/// with others, whose JSON is not ours to remove.
fn is_of_ours(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|it| it.to_str()) else {
        return false;
    };
    match name.rsplit_once('.') {
        Some((stem, "json")) if stem.starts_with(TEMPORARY_PREFIX) => true,
        Some((stem, "json" | "lock")) => is_key(stem),
        _ => false,
    }
}

/// The name of an entry: a SHA-256 in lower-case hexadecimal digits.
fn is_key(stem: &str) -> bool {
    stem.len() == 64 && stem.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|it| it.to_str())
}

#[cfg(unix)]
fn owner_only_folder(builder: &mut DirBuilder) {
    use std::os::unix::fs::DirBuilderExt as _;
    builder.mode(0o700);
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
}

#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 == 0
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

// Elsewhere the folder lies in the user's profile, which the system keeps closed to others.

#[cfg(not(unix))]
fn owner_only_folder(_builder: &mut DirBuilder) {}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
}

#[cfg(not(unix))]
fn is_private(_metadata: &fs::Metadata) -> bool {
    true
}

#[cfg(not(unix))]
fn close_to_others(_path: &Path) -> io::Result<()> {
    Ok(())
}
