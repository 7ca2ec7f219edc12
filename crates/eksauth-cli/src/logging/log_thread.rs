//! The thread that writes a server's log.
//!
//! Nobody who answers a request waits for a line to be written, unless very many do: then as long as it
//! takes.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait.
const QUEUE: usize = 4096;

/// The most that is written at once, unless a line is longer. A pipe takes this as a whole (`PIPE_BUF` of
/// Linux), so that what others write there, such as an audit log, comes between lines.
const PIECE: usize = 4096;

/// How long the end of the process waits for a reader that does not read.
const FAREWELL: Duration = Duration::from_secs(5);

/// Where lines are handed in, each in one call of `write`.
pub(super) struct Lines(SyncSender<Message>);

/// The log of a server. When it is dropped, the lines that wait are written.
#[must_use = "the last lines are written when it is dropped"]
pub(crate) struct Log {
    messages: SyncSender<Message>,
    farewell: Duration,
}

enum Message {
    Line(Vec<u8>),
    /// Tells when all lines before it are written.
    End(SyncSender<()>),
}

/// Starts the thread. `told_as` makes the line that says how many lines could not be written.
pub(super) fn start(
    destination: impl Write + Send + 'static,
    told_as: impl Fn(u64) -> String + Send + 'static,
) -> io::Result<(Lines, Log)> {
    let (messages, queued) = sync_channel(QUEUE);
    let thread = LogThread {
        queued,
        destination,
        piece: Vec::with_capacity(PIECE),
        lost: 0,
        told_as,
    };
    thread::Builder::new()
        .name("eksauth-log".to_owned())
        .spawn(move || thread.run())?;
    let log = Log {
        messages: messages.clone(),
        farewell: FAREWELL,
    };
    Ok((Lines(messages), log))
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let sent = self.0.send(Message::Line(line.to_vec()));
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let (done, written) = sync_channel(1);
        let messages = self.messages.clone();
        // Where the queue is full and stays so, handing this in takes for ever.
        thread::spawn(move || messages.send(Message::End(done)));
        let _ = written.recv_timeout(self.farewell);
    }
}

struct LogThread<W, F> {
    queued: Receiver<Message>,
    destination: W,
    /// Lines to be written together.
    piece: Vec<u8>,
    /// Lines that could not be written since a line last said so.
    lost: u64,
    told_as: F,
}

impl<W: Write, F: Fn(u64) -> String> LogThread<W, F> {
    /// Until nobody can hand in a line any more.
    fn run(mut self) {
        while let Ok(message) = self.queued.recv() {
            self.take(message);
            while let Ok(message) = self.queued.try_recv() {
                self.take(message);
            }
            self.write();
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Line(line) => {
                if self.piece.len() + line.len() > PIECE {
                    self.write();
                }
                self.piece.extend_from_slice(&line);
            }
            Message::End(done) => {
                self.write();
                // Whoever asked may have gone.
                let _ = done.send(());
            }
        }
    }

    fn write(&mut self) {
        if self.piece.is_empty() {
            return;
        }
        if self.lost > 0 {
            let gap = (self.told_as)(self.lost);
            if self.destination.write_all(gap.as_bytes()).is_ok() {
                self.lost = 0;
            }
        }
        let written = self.destination.write_all(&self.piece);
        if written.and_then(|()| self.destination.flush()).is_err() {
            let ends = self.piece.iter().filter(|it| **it == b'\n').count();
            self.lost += u64::try_from(ends).unwrap_or(u64::MAX);
        }
        self.piece.clear();
    }
}

#[cfg(test)]
mod tests;
