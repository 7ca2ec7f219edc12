//! One look at all files.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use super::directories::{Directories, Stirs};
use super::stamp::Stamp;
use super::{FileContent, FileEvent, FileProblem};

/// The files, and how they were found last.
pub(super) struct Round {
    paths: Vec<PathBuf>,
    stirs: Arc<Stirs>,
    /// Made at the first look, outside the runtime.
    directories: Option<Directories>,
    seen: HashMap<PathBuf, Seen>,
    /// How they looked from outside before they were last read.
    stamps: HashMap<PathBuf, Stamp>,
}

/// How closely files are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Only what looks different from outside is read.
    Glance,
    /// Everything is read.
    Reading,
}

/// Enough of a content to know it again.
#[derive(Clone, PartialEq, Eq)]
enum Seen {
    Content([u8; 32]),
    Nothing,
    Problem(FileProblem),
}

impl Round {
    pub(super) fn new(paths: Vec<PathBuf>, stirs: Arc<Stirs>) -> Self {
        Self {
            paths,
            stirs,
            directories: None,
            seen: HashMap::new(),
            stamps: HashMap::new(),
        }
    }

    /// Watches, then looks, and tells what is new; nothing when the runtime ends.
    pub(super) async fn look(mut self, look: Look) -> Option<(Self, Vec<FileEvent>)> {
        let round = spawn_blocking(move || {
            let events = self.look_now(look);
            (self, events)
        });
        round.await.ok()
    }

    /// What was found comes as news again.
    #[cfg(test)]
    pub(super) fn forget_content(&mut self) {
        self.seen.clear();
    }

    fn look_now(&mut self, look: Look) -> Vec<FileEvent> {
        self.directories
            .get_or_insert_with(|| Directories::of(&self.paths, Arc::clone(&self.stirs)))
            .watch();
        let mut events = Vec::new();
        for path in &self.paths {
            // Before the file is read: what changes meanwhile looks different the next time.
            let stamp = Stamp::of(path);
            let before = self.stamps.insert(path.clone(), stamp);
            if look == Look::Glance && before == Some(stamp) {
                continue;
            }
            let content = FileContent::read(path);
            let seen = Seen::of(&content);
            if self.seen.get(path) != Some(&seen) {
                self.seen.insert(path.clone(), seen);
                let path = path.clone();
                events.push(FileEvent { path, content });
            }
        }
        events
    }
}

impl Seen {
    fn of(content: &FileContent) -> Self {
        match content {
            FileContent::Changed(bytes) => Self::Content(Sha256::digest(bytes).into()),
            FileContent::Deleted => Self::Nothing,
            FileContent::Unreadable(problem) => Self::Problem(problem.clone()),
        }
    }
}
