//! One reading of all files.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use super::directories::{Directories, Stirs};
use super::{FileContent, FileEvent, FileProblem};

/// The files, and how they were found last.
pub(super) struct Round {
    paths: Vec<PathBuf>,
    stirs: Arc<Stirs>,
    /// Made at the first reading, outside the runtime.
    directories: Option<Directories>,
    seen: HashMap<PathBuf, Seen>,
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
        }
    }

    /// Watches, then reads, and tells what is new; nothing when the runtime ends.
    pub(super) async fn read(mut self) -> Option<(Self, Vec<FileEvent>)> {
        let round = spawn_blocking(move || {
            let events = self.read_now();
            (self, events)
        });
        round.await.ok()
    }

    pub(super) fn is_watching(&self) -> bool {
        self.directories
            .as_ref()
            .is_some_and(Directories::all_watched)
    }

    fn read_now(&mut self) -> Vec<FileEvent> {
        self.directories
            .get_or_insert_with(|| Directories::of(&self.paths, Arc::clone(&self.stirs)))
            .watch();
        let mut events = Vec::new();
        for path in &self.paths {
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
