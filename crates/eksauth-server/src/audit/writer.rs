//! The thread that writes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use super::Shared;
use super::destination::Destination;
use super::entry;

pub(super) enum Message {
    Line(Vec<u8>),
    /// Tells when all lines before it are written.
    Flush(oneshot::Sender<()>),
    /// There is something to do that is no line.
    Wake,
}

pub(super) struct Writer {
    pub(super) queued: mpsc::Receiver<Message>,
    pub(super) destination: Destination,
    pub(super) shared: Arc<Shared>,
    /// So that a full disk is one line in the log.
    pub(super) is_failing: bool,
}

/// In the place of lines that are not there.
#[derive(Serialize)]
struct Gap {
    time: String,
    event: &'static str,
    dropped: u64,
}

impl Writer {
    /// Until nobody can write any more.
    pub(super) fn run(mut self) {
        while let Some(message) = self.queued.blocking_recv() {
            self.take(message);
            while let Ok(message) = self.queued.try_recv() {
                self.take(message);
            }
            self.flush();
        }
    }

    fn take(&mut self, message: Message) {
        if self.shared.reopen.swap(false, Ordering::AcqRel) {
            self.reopen();
        }
        match message {
            Message::Line(line) => {
                self.tell_gap();
                let written = self.destination.write_line(&line);
                if written.is_err() {
                    self.shared.lost_one();
                }
                self.note(written);
            }
            Message::Flush(done) => {
                self.tell_gap();
                self.flush();
                // Whoever asked may have gone.
                let _ = done.send(());
            }
            Message::Wake => {}
        }
    }

    fn reopen(&mut self) {
        if let Err(error) = self.destination.reopen() {
            tracing::error!(
                %error,
                "the audit log cannot be opened again, lines go on to the file that is open"
            );
        }
    }

    /// Says how many lines are lost.
    fn tell_gap(&mut self) {
        let dropped = self.shared.dropped.swap(0, Ordering::Relaxed);
        if dropped == 0 {
            return;
        }
        let gap = Gap {
            time: entry::rfc3339(self.now()),
            event: "dropped",
            dropped,
        };
        let written = self.destination.write_line(&entry::line_of(&gap));
        if written.is_err() {
            self.shared.dropped.fetch_add(dropped, Ordering::Relaxed);
        }
        self.note(written);
    }

    fn flush(&mut self) {
        let flushed = self.destination.flush();
        self.note(flushed);
    }

    fn note(&mut self, outcome: io::Result<()>) {
        match outcome {
            Ok(()) => self.is_failing = false,
            Err(error) if !self.is_failing => {
                self.is_failing = true;
                tracing::error!(%error, "the audit log cannot be written, lines are lost");
            }
            Err(_) => {}
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::try_from(self.shared.time_source.now()).unwrap_or(Timestamp::MAX)
    }
}
