//! Folders in which something may stir.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::Notify;

/// What the operating system has told.
#[derive(Debug, Default)]
pub(super) struct Stirs {
    /// Something has happened since it was last asked, or may have.
    any: Notify,
    /// Folders that were removed or renamed since they were last looked at.
    gone: Mutex<Vec<PathBuf>>,
}

impl Stirs {
    /// Returns when something has happened.
    pub(super) async fn next(&self) {
        self.any.notified().await;
    }

    fn tell(&self, event: notify::Result<Event>, watched: &Watched) {
        if let Ok(event) = event {
            if is_reading(event.kind) || watched.is_writing_beside(&event) {
                return;
            }
            if may_remove(event.kind) {
                let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
                let folders = &watched.folders;
                let ours = event.paths.into_iter().filter(|it| folders.contains(it));
                for folder in ours {
                    if !gone.contains(&folder) {
                        gone.push(folder);
                    }
                }
            }
        }
        self.any.notify_one();
    }

    fn take_gone(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.gone.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is watched.
#[derive(Debug)]
struct Watched {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Watched {
    /// Whether another file of a folder is written to, such as a log. Linux tells of its end, too, when the
    /// file is closed, in case one of ours is a link to it. What kqueue tells of a file that is replaced is
    /// that its folder was written to.
    fn is_writing_beside(&self, event: &Event) -> bool {
        let is_ours = |it| self.files.contains(it) || self.folders.contains(it);
        matches!(event.kind, EventKind::Modify(ModifyKind::Data(_)))
            && !event.paths.iter().any(is_ours)
    }
}

/// Reading a file is no event: it would lead to the next reading.
fn is_reading(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    }
}

fn may_remove(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
    )
}

/// The folders, and whether each is watched.
pub(super) struct Directories {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeMap<PathBuf, bool>,
    stirs: Arc<Stirs>,
}

impl Directories {
    /// The folders of these files.
    pub(super) fn of(paths: &[PathBuf], stirs: Arc<Stirs>) -> Self {
        let watched: BTreeMap<_, _> = paths.iter().map(|it| (folder_of(it), false)).collect();
        let about = Watched {
            files: paths.iter().map(|it| in_its_folder(it)).collect(),
            folders: watched.keys().cloned().collect(),
        };
        let tell = {
            let stirs = Arc::clone(&stirs);
            move |event| stirs.tell(event, &about)
        };
        let watcher = notify::recommended_watcher(tell).inspect_err(|error| {
            tracing::warn!(%error, "the system does not tell of changes of files; they are looked at twice a second");
        });
        Self {
            watcher: watcher.ok(),
            watched,
            stirs,
        }
    }

    /// Watches what is not watched, or not any more.
    pub(super) fn watch(&mut self) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        for folder in self.stirs.take_gone() {
            // Fails when the system has forgotten it by itself, which is as well.
            let _ = watcher.unwatch(&folder);
            self.watched.insert(folder, false);
        }
        for (folder, watched) in &mut self.watched {
            if !*watched {
                *watched = watcher.watch(folder, RecursiveMode::NonRecursive).is_ok();
            }
        }
    }
}

/// A path as events name it.
fn in_its_folder(path: &Path) -> PathBuf {
    match path.file_name() {
        Some(name) => folder_of(path).join(name),
        None => path.to_owned(),
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use notify::event::{DataChange, RenameMode};

    use super::*;

    /// Whether this counts as something that has happened, where `/etc/a/config` is watched.
    fn stirs(kind: EventKind, path: &str) -> bool {
        let stirs = Stirs::default();
        let watched = Watched {
            files: vec![in_its_folder(Path::new("/etc/a/config"))],
            folders: vec![PathBuf::from("/etc/a")],
        };
        stirs.tell(Ok(Event::new(kind).add_path(path.into())), &watched);
        stirs.next().now_or_never().is_some()
    }

    #[test]
    fn a_log_beside_the_file_stirs_nothing_until_it_is_closed() {
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
        assert!(!stirs(written, "/etc/a/log"));
        assert!(stirs(written, "/etc/a/config"));
        assert!(stirs(written, "/etc/a"));
        assert!(stirs(closed, "/etc/a/log"));
    }

    #[test]
    fn a_link_beside_the_file_that_is_turned_stirs() {
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        assert!(stirs(renamed, "/etc/a/..data"));
    }

    #[test]
    fn reading_stirs_nothing() {
        let opened = EventKind::Access(AccessKind::Open(AccessMode::Any));
        assert!(!stirs(opened, "/etc/a/config"));
    }
}
