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

    fn tell(&self, event: notify::Result<Event>, folders: &[PathBuf]) {
        if let Ok(event) = event {
            if is_reading(event.kind) {
                return;
            }
            if may_remove(event.kind) {
                let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
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
        let folders: Vec<PathBuf> = watched.keys().cloned().collect();
        let tell = {
            let stirs = Arc::clone(&stirs);
            move |event| stirs.tell(event, &folders)
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

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
