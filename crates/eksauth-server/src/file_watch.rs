//! Files that change while they are watched.

mod content;
mod directories;
mod round;
mod stamp;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use directories::Stirs;
use round::{Look, Round};

pub use content::{FileContent, FileProblem};

/// Larger files are no configuration.
const MAX_FILE_LEN: u64 = 64 * 1024 * 1024;

/// Whoever replaces a file does it in several steps.
const CALM: Duration = Duration::from_millis(50);

/// Whoever never pauses is read nevertheless.
const PATIENCE: Duration = Duration::from_millis(500);

/// Nobody waits longer than a second for what the operating system does not tell.
const GLANCE: Duration = Duration::from_millis(500);

/// Watches files, and tells what is in them now and whenever that changes.
///
/// - The folders of the files are watched, so that a file which is replaced by renaming another, deleted
///   and made again, or put in place by turning a symbolic link of its folder (as Kubernetes updates
///   mounted volumes) is noticed within a fraction of a second.
/// - The watch begins before the files are first read, so nothing in between is missed.
/// - What counts is the content: a file that is touched, or written as it was, is no event. Between two
///   events there may have been other contents for a moment.
/// - The operating system does not tell of everything: not of a folder that does not exist yet, of a link
///   that leads out of the folder, of a folder whose parent is renamed, of a disk of another machine. So
///   twice a second it is looked whether a file is still the same by its number, length and times, and
///   every 30 s by its content.
/// - Files are read up to 64 MiB, outside the runtime. Nothing of what is in them is logged.
///
/// It ends when it is dropped. It needs a tokio runtime with time.
///
/// # Examples
///
/// ```no_run
/// use eksauth_server::{FileContent, FileWatch};
///
/// # async fn example() {
/// let mut watch = FileWatch::start(["/etc/authenticator/config.yaml".into()]);
/// while let Some(event) = watch.next().await {
///     match event.content {
///         FileContent::Changed(bytes) => println!("{} bytes", bytes.len()),
///         FileContent::Deleted => println!("it is not there"),
///         FileContent::Unreadable(problem) => println!("{problem}"),
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct FileWatch {
    events: mpsc::Receiver<FileEvent>,
}

/// What a file has become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEvent {
    /// The file, as it was named to [`FileWatch::start`].
    pub path: PathBuf,
    /// What is in it.
    pub content: FileContent,
}

/// How often files are looked at without being told of.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// From outside.
    glance: Duration,
    /// To their end.
    reading: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            glance: GLANCE,
            reading: Duration::from_secs(30),
        }
    }
}

impl FileWatch {
    /// Watches these files. The first event of each says how it is now.
    pub fn start(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        Self::at_pace(paths, Pace::default())
    }

    /// The next event; none when the runtime ends.
    pub async fn next(&mut self) -> Option<FileEvent> {
        self.events.recv().await
    }

    fn at_pace(paths: impl IntoIterator<Item = PathBuf>, pace: Pace) -> Self {
        let paths: Vec<PathBuf> = paths.into_iter().collect();
        // While somebody reads slowly nothing is read ahead.
        let (told, events) = mpsc::channel(1);
        tokio::spawn(watch(paths, pace, told));
        Self { events }
    }
}

/// Reads the files whenever something stirs, until nobody listens.
async fn watch(paths: Vec<PathBuf>, pace: Pace, told: mpsc::Sender<FileEvent>) {
    let stirs = Arc::new(Stirs::default());
    let mut round = Round::new(paths, Arc::clone(&stirs));
    let mut look = Look::Reading;
    let mut last_reading = Instant::now();
    while let Some((next, events)) = round.look(look).await {
        round = next;
        for event in events {
            if told.send(event).await.is_err() {
                return;
            }
        }
        let closed = pin!(told.closed());
        let stirred = pin!(something_has_stirred(&stirs, pace.glance));
        let stirred = match select(closed, stirred).await {
            Either::Left(_) => return,
            Either::Right((stirred, _)) => stirred,
        };
        look = match stirred || last_reading.elapsed() >= pace.reading {
            true => Look::Reading,
            false => Look::Glance,
        };
        if look == Look::Reading {
            last_reading = Instant::now();
        }
    }
}

/// Whether something has stirred, and is calm again, within a while.
async fn something_has_stirred(stirs: &Stirs, at_most: Duration) -> bool {
    if timeout(at_most, stirs.next()).await.is_err() {
        return false;
    }
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end && timeout(CALM, stirs.next()).await.is_ok() {}
    true
}
