//! The thread that writes a server's log.
//!
//! Whoever logs leaves a line here and goes on. Only when very much waits to be written do they wait, too,
//! and only once: where nobody reads the log, the server goes on without it, and says later how many
//! lines that has cost.

mod destination;

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use destination::Destination;

/// Bounds.
#[derive(Clone, Copy)]
struct Limits {
    /// Bytes that may wait.
    room: usize,
    /// How long somebody waits for room, until it is certain that nobody reads.
    patience: Duration,
    /// How long the end of the process waits until everything is written.
    farewell: Duration,
}

const LIMITS: Limits = Limits {
    room: 1024 * 1024,
    patience: Duration::from_secs(1),
    farewell: Duration::from_secs(5),
};

/// Where lines are handed in, each in one call of `write`.
pub(super) struct Lines(Arc<Shared>);

/// The log of a server. When it is dropped, what waits is written.
#[must_use = "the last lines are written when it is dropped"]
pub(crate) struct Log(Arc<Shared>);

struct Shared {
    limits: Limits,
    state: Mutex<State>,
    /// There is something to write, or the end has come.
    arrived: Condvar,
    /// There is room again, or the end is over.
    taken: Condvar,
}

#[derive(Default)]
struct State {
    /// Whole lines.
    waiting: Vec<u8>,
    /// Lines for which there was no room.
    lost: u64,
    /// Somebody has waited for room in vain since something was taken.
    is_stuck: bool,
    is_ending: bool,
    has_ended: bool,
}

/// Starts the thread. `told_as` makes the line that says how many lines are missing.
pub(super) fn start(
    destination: impl Write + Send + 'static,
    told_as: impl Fn(u64) -> String + Send + 'static,
) -> io::Result<(Lines, Log)> {
    start_within(LIMITS, destination, told_as)
}

fn start_within(
    limits: Limits,
    destination: impl Write + Send + 'static,
    told_as: impl Fn(u64) -> String + Send + 'static,
) -> io::Result<(Lines, Log)> {
    let shared = Arc::new(Shared {
        limits,
        state: Mutex::default(),
        arrived: Condvar::new(),
        taken: Condvar::new(),
    });
    let destination = Destination::new(destination, told_as);
    let of_thread = Arc::clone(&shared);
    thread::Builder::new()
        .name("eksauth-log".to_owned())
        .spawn(move || of_thread.write_all(destination))?;
    Ok((Lines(Arc::clone(&shared)), Log(shared)))
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.hand_in(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_ending = true;
        self.0.arrived.notify_one();
        let farewell = self.0.limits.farewell;
        let ended = self
            .0
            .taken
            .wait_timeout_while(state, farewell, |it| !it.has_ended);
        drop(ended);
    }
}

impl Shared {
    fn hand_in(&self, line: &[u8]) {
        let has_no_room =
            |it: &State| !it.waiting.is_empty() && it.waiting.len() + line.len() > self.limits.room;
        let mut state = self.lock();
        if has_no_room(&state) && !state.is_stuck {
            let patience = self.limits.patience;
            let in_vain = |it: &mut State| has_no_room(it) && !it.is_stuck;
            let waited = self.taken.wait_timeout_while(state, patience, in_vain);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        if has_no_room(&state) {
            state.is_stuck = true;
            state.lost += 1;
            return;
        }
        state.waiting.extend_from_slice(line);
        self.arrived.notify_one();
    }

    /// Until the end.
    fn write_all<W: Write, F: Fn(u64) -> String>(&self, mut destination: Destination<W, F>) {
        let mut batch = Vec::new();
        loop {
            let (lost, is_ending) = self.take(&mut batch);
            destination.lose(lost);
            destination.write(&batch);
            batch.clear();
            if is_ending {
                destination.tell_lost();
                self.lock().has_ended = true;
                self.taken.notify_all();
                return;
            }
        }
    }

    /// Waits until there is something, and takes all of it.
    fn take(&self, batch: &mut Vec<u8>) -> (u64, bool) {
        let is_idle = |it: &mut State| it.waiting.is_empty() && !it.is_ending;
        let waited = self.arrived.wait_while(self.lock(), is_idle);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut state.waiting, batch);
        state.is_stuck = false;
        self.taken.notify_all();
        (std::mem::take(&mut state.lost), state.is_ending)
    }

    /// A panic under the lock leaves whole lines.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
