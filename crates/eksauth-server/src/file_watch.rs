//! Files that change while they are watched.

mod content;
mod directories;
mod round;
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
use round::Round;

pub use content::{FileContent, FileProblem};

/// Larger files are no configuration.
const MAX_FILE_LEN: u64 = 64 * 1024 * 1024;

/// Whoever replaces a file does it in several steps.
const CALM: Duration = Duration::from_millis(50);

/// Whoever never pauses is read nevertheless.
const PATIENCE: Duration = Duration::from_millis(500);

/// Watches files, and tells what is in them now and whenever that changes.
///
/// - The folders of the files are watched, so that a file which is replaced by renaming another, deleted
///   and made again, or put in place by turning a symbolic link of its folder (as Kubernetes updates
///   mounted volumes) is noticed within a fraction of a second.
/// - The watch begins before the files are first read, so nothing in between is missed.
/// - What counts is the content: a file that is touched, or written as it was, is no event. Between two
///   events there may have been other contents for a moment.
/// - Where the operating system does not tell, as while the folder does not exist, files are read every
///   second; otherwise every 30 s, for what it may have missed.
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

/// How long the operating system is trusted to tell.
#[derive(Clone, Copy, Debug)]
struct Pace {
    watched: Duration,
    unwatched: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            watched: Duration::from_secs(30),
            unwatched: Duration::from_secs(1),
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
    while let Some((next, events)) = round.read().await {
        round = next;
        for event in events {
            if told.send(event).await.is_err() {
                return;
            }
        }
        let pause = match round.is_watching() {
            true => pace.watched,
            false => pace.unwatched,
        };
        let closed = pin!(told.closed());
        let stirred = pin!(until_something_has_stirred(&stirs, pause));
        if let Either::Left(_) = select(closed, stirred).await {
            return;
        }
    }
}

/// Waits until something has stirred and is calm again, or for a while.
async fn until_something_has_stirred(stirs: &Stirs, at_most: Duration) {
    if timeout(at_most, stirs.next()).await.is_err() {
        return;
    }
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end && timeout(CALM, stirs.next()).await.is_ok() {}
}
