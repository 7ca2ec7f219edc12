//! What was decided, line by line.

mod destination;
mod entry;
mod writer;

use std::fmt;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;
use tokio::sync::{mpsc, oneshot};

use destination::Destination;
use writer::{Message, Writer};

pub(crate) use entry::Entry;

/// Writes a line of JSON for each decision.
///
/// ```json
/// {"time":"2026-07-01T12:00:00.000Z","requestId":"6a4512c0-1","source":"127.0.0.1:52114","decision":"granted","status":200,"class":"success","arn":"arn:aws:sts::123456789012:assumed-role/Admin/dev","canonicalArn":"arn:aws:iam::123456789012:role/Admin","accountId":"123456789012","userId":"AROAEXAMPLE","sessionName":"dev","accessKeyId":"ASIAEXAMPLE","stsHost":"sts.eu-west-1.amazonaws.com","username":"admin:dev","groups":["system:masters"],"backend":"MountedFile","rule":"mapRoles[0]","latencyMs":12.3}
/// ```
///
/// - `decision` is `granted` or `denied`, `class` the label `result` of the metrics, `reason` why a
///   token was denied. What is not known is left out. The token is never part of a line.
/// - For a [scrubbed](crate::Signer::scrubbed) signer `scrubbed` is `true`, and what AWS says of it
///   and the reason of a denial are left out; `username` and `groups` are not.
/// - A decision never waits for its line: lines go through a queue to a thread. When the queue is full,
///   or the line cannot be written, it is lost and counted, and the next line that can be written
///   says how many were: `{"time":"…","event":"dropped","dropped":17}`.
///   What a full disk took of a line stays a line of its own, which is no JSON, also when the file is
///   opened again.
///
/// Clones write to the same place, which is closed when the last of them is dropped.
///
/// # Examples
///
/// ```
/// use std::num::NonZeroUsize;
///
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_server::AuditLog;
///
/// # fn main() -> std::io::Result<()> {
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("audit.jsonl");
/// let queue = NonZeroUsize::new(1024).unwrap();
/// let audit = AuditLog::to_file(&path, queue, SystemTimeSource::new())?;
/// // When the file was moved away:
/// audit.reopen();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuditLog {
    lines: mpsc::Sender<Message>,
    shared: Arc<Shared>,
}

/// What the thread and those who write lines share.
struct Shared {
    /// Lines lost since a line last said so.
    dropped: AtomicU64,
    dropped_in_all: Counter,
    reopen: AtomicBool,
    time_source: SharedTimeSource,
}

impl AuditLog {
    /// Appends to a file, which is made if it is not there, with mode 0600.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, or there can be no thread.
    pub fn to_file(
        path: &Path,
        queue: NonZeroUsize,
        time_source: impl TimeSource + 'static,
    ) -> io::Result<Self> {
        Self::to(Destination::file(path)?, queue, time_source)
    }

    /// Writes somewhere else, such as standard output.
    ///
    /// # Errors
    ///
    /// When there can be no thread.
    pub fn to_writer(
        writer: Box<dyn Write + Send>,
        queue: NonZeroUsize,
        time_source: impl TimeSource + 'static,
    ) -> io::Result<Self> {
        Self::to(Destination::writer(writer), queue, time_source)
    }

    /// Opens the file anew by its name, which somebody has given to another file: before the next line
    /// at the latest. If that fails, lines go on to the file that is open. Nothing to do for a
    /// writer.
    pub fn reopen(&self) {
        self.shared.reopen.store(true, Ordering::Release);
        // Only so that it does not take until the next line.
        let _ = self.lines.try_send(Message::Wake);
    }

    /// Waits until every line so far is written.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.lines.send(Message::Flush(done)).await.is_ok() {
            let _ = written.await;
        }
    }

    /// Lines that are lost.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped_in_all.get()
    }

    /// Adds the count of lost lines to a registry.
    pub fn register(&self, registry: &mut Registry) {
        registry
            .sub_registry_with_prefix("aws_iam_authenticator")
            .register(
                "audit_lines_dropped",
                "Audit lines lost because the queue was full or could not be written",
                self.shared.dropped_in_all.clone(),
            );
    }

    pub(crate) fn write(&self, entry: &Entry<'_>) {
        if self.lines.try_send(Message::Line(entry.line())).is_err() {
            self.shared.lost_one();
        }
    }

    fn to(
        destination: Destination,
        queue: NonZeroUsize,
        time_source: impl TimeSource + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            dropped: AtomicU64::new(0),
            dropped_in_all: Counter::default(),
            reopen: AtomicBool::new(false),
            time_source: SharedTimeSource::new(time_source),
        });
        let (lines, queued) = mpsc::channel(queue.get());
        let writer = Writer {
            queued,
            destination,
            shared: Arc::clone(&shared),
            is_failing: false,
        };
        std::thread::Builder::new()
            .name("eksauth-audit".to_owned())
            .spawn(move || writer.run())?;
        Ok(Self { lines, shared })
    }
}

impl Shared {
    fn lost_one(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        self.dropped_in_all.inc();
    }
}

impl fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditLog").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
