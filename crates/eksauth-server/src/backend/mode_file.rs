//! The file that says which backends are asked.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use eksauth_map::backend_mode_file::BackendModeFile;
use eksauth_map::{BackendMode, LastUpdated};
use jiff::{SignedDuration, Timestamp};

use crate::causes::with_causes;
use crate::{FileContent, FileWatch};

use super::text::text;

/// What the file says.
pub(super) enum Instruction {
    /// These backends, in this order.
    Modes(Vec<BackendMode>, Option<LastUpdated>),
    /// There is no file: those that are configured.
    Configured,
    /// It cannot be used, and changes nothing.
    Unusable(String),
}

/// The file, if there is to be one.
pub(super) struct ModeFile {
    watch: Option<FileWatch>,
}

impl ModeFile {
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self {
            watch: path.map(|path| FileWatch::start([path])),
        }
    }

    /// What it says next. Nothing ever, where there is to be no file.
    pub(super) async fn next(&mut self) -> Instruction {
        let event = match &mut self.watch {
            Some(watch) => watch.next().await,
            None => None,
        };
        match event.map(|event| event.content) {
            Some(FileContent::Changed(bytes)) => match text(&bytes).and_then(read) {
                Ok(instruction) => instruction,
                Err(reason) => Instruction::Unusable(reason),
            },
            Some(FileContent::Deleted) => Instruction::Configured,
            Some(FileContent::Unreadable(problem)) => Instruction::Unusable(problem.to_string()),
            None => std::future::pending().await,
        }
    }
}

fn read(text: &str) -> Result<Instruction, String> {
    let file = BackendModeFile::parse(text).map_err(|error| with_causes(&error))?;
    Ok(Instruction::Modes(file.modes, file.last_updated))
}

/// The time since a file was written by its own account, unless that is no time, or in the future.
pub(super) fn since(written: &LastUpdated, now: SystemTime) -> Option<Duration> {
    let time = written
        .unix_seconds()
        .and_then(|it| Timestamp::from_second(it).ok())
        .zip(Timestamp::try_from(now).ok())
        .map(|(written, now)| now.duration_since(written))
        .filter(|it| *it >= SignedDuration::ZERO);
    if time.is_none() {
        let found: String = written.as_str().escape_default().take(80).collect();
        tracing::debug!(
            found,
            "expected a time in the past, in seconds since 1970, as LastUpdatedDateTime"
        );
    }
    time?.try_into().ok()
}
