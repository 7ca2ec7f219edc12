//! Folders of sandboxes that were killed.
//!
//! A process that is killed cannot tidy up. So each control plane holds a lock on a file in its folder,
//! which the system takes away with the process, and whoever starts the next one removes the folders
//! of sandboxes whose locks nobody holds.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// How the folders of control planes begin, in the folders of their sandboxes.
pub(super) const PREFIX: &str = "control-plane-";

const LOCK: &str = "in-use.lock";

/// Says that a control plane lives in `folder`, for as long as the file is open.
pub(super) fn mark_in_use(folder: &Path) -> io::Result<File> {
    // Nobody may find it unlocked, so it gets its name when it is locked.
    let nameless = folder.join("in-use.new");
    let file = File::create(&nameless)?;
    file.lock()?;
    fs::rename(nameless, folder.join(LOCK))?;
    Ok(file)
}

/// Removes the folders beside that of a sandbox, of the same kind and owner, in which control planes
/// were and none is any more. What cannot be removed stays, which harms nobody.
pub(super) fn remove_beside(sandbox: &Path) {
    for abandoned in siblings(sandbox).filter(|it| is_abandoned(it)) {
        match fs::remove_dir_all(&abandoned) {
            Ok(()) => {
                tracing::info!(folder = %abandoned.display(), "removed what a killed sandbox left")
            }
            Err(error) => {
                tracing::warn!(folder = %abandoned.display(), %error, "could not remove what a killed sandbox left");
            }
        }
    }
}

fn siblings(sandbox: &Path) -> impl Iterator<Item = PathBuf> {
    let kind = kind(sandbox).map(str::to_owned);
    let owner = owner(sandbox);
    let sandbox = sandbox.to_owned();
    let all = sandbox.parent().map(folders).unwrap_or_default();
    all.into_iter().filter(move |it| {
        *it != sandbox
            && kind.is_some()
            && self::kind(it) == kind.as_deref()
            && self::owner(it) == owner
    })
}

/// The name up to the word that no other sandbox has.
fn kind(sandbox: &Path) -> Option<&str> {
    let name = sandbox.file_name()?.to_str()?;
    name.rsplit_once('-').map(|(kind, _)| kind)
}

#[cfg(unix)]
fn owner(path: &Path) -> Option<u32> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some(std::os::unix::fs::MetadataExt::uid(&metadata))
}

/// Temporary folders are per user there.
#[cfg(not(unix))]
fn owner(_: &Path) -> Option<u32> {
    None
}

/// Whether control planes were there, and all of them have ended.
fn is_abandoned(sandbox: &Path) -> bool {
    let is_home = |it: &PathBuf| {
        let name = it.file_name().and_then(|it| it.to_str());
        name.is_some_and(|it| it.starts_with(PREFIX))
    };
    let mut homes = folders(sandbox).into_iter().filter(is_home).peekable();
    homes.peek().is_some() && homes.all(|it| is_unlocked(&it.join(LOCK)))
}

/// A lock that does not exist is not there yet: its sandbox is just starting.
fn is_unlocked(lock: &Path) -> bool {
    File::open(lock).is_ok_and(|it| it.try_lock().is_ok())
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let folders = entries.filter(|it| it.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.map(|it| it.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Scene(tempfile::TempDir);

    impl Scene {
        fn new() -> Self {
            let scene = Self(tempfile::tempdir().unwrap());
            fs::create_dir(scene.starting()).unwrap();
            scene
        }

        /// The folder of the sandbox that is being started.
        fn starting(&self) -> PathBuf {
            self.0.path().join("sandbox-b")
        }

        /// The folder of a sandbox with a control plane, and the lock.
        fn sandbox(&self, name: &str) -> (PathBuf, File) {
            let sandbox = self.0.path().join(name);
            let home = sandbox.join("control-plane-1");
            fs::create_dir_all(&home).unwrap();
            let lock = mark_in_use(&home).unwrap();
            (sandbox, lock)
        }
    }

    #[test]
    fn what_a_killed_sandbox_left_is_removed() {
        let scene = Scene::new();
        let (abandoned, lock) = scene.sandbox("sandbox-a");
        drop(lock);
        // A program that another test starts at this moment has the lock until it is that program.
        for _ in 0..1000 {
            remove_beside(&scene.starting());
            if !abandoned.exists() {
                return;
            }
            std::thread::yield_now();
        }
        panic!("expected that {} is removed", abandoned.display());
    }

    #[test]
    fn a_sandbox_that_is_up_is_left_alone() {
        let scene = Scene::new();
        let (in_use, _lock) = scene.sandbox("sandbox-a");
        // Of two control planes, one has already ended.
        fs::create_dir(in_use.join("control-plane-2")).unwrap();
        drop(mark_in_use(&in_use.join("control-plane-2")).unwrap());
        remove_beside(&scene.starting());
        assert!(in_use.exists());
    }

    #[test]
    fn what_is_no_sandbox_or_has_no_control_plane_is_left_alone() {
        let scene = Scene::new();
        let (other, lock) = scene.sandbox("other-a");
        drop(lock);
        let new = scene.0.path().join("sandbox-a");
        fs::create_dir_all(new.join("control-plane-1")).unwrap();
        let embedded = scene.0.path().join("sandbox-c");
        fs::create_dir_all(&embedded).unwrap();
        remove_beside(&scene.starting());
        assert!(other.exists() && new.exists() && embedded.exists());
    }
}
