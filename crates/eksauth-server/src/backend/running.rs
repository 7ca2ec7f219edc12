//! The sources that run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use eksauth_map::BackendMode;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::LiveMap;

use super::{Publisher, SourceFactory};

/// A source that is told to stop has so much time.
const GRACE: Duration = Duration::from_secs(5);

/// Before a source that has ended by itself is made anew; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The sources that run, by backend. They are told to stop when this is dropped.
pub(super) struct Running {
    map: LiveMap,
    stop: CancellationToken,
    sources: BTreeMap<BackendMode, RunningSource>,
}

struct RunningSource {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub(super) fn new(map: LiveMap, stop: CancellationToken) -> Self {
        Self {
            map,
            stop,
            sources: BTreeMap::new(),
        }
    }

    /// Starts the source of a backend, unless it runs.
    pub(super) fn start(&mut self, mode: BackendMode, factory: &Arc<dyn SourceFactory>) {
        self.sources.entry(mode).or_insert_with(|| {
            let stop = self.stop.child_token();
            let publisher = Publisher::new(&self.map, mode);
            let running = keep_running(Arc::clone(factory), publisher, stop.clone());
            RunningSource {
                stop,
                task: tokio::spawn(running),
            }
        });
    }

    /// Stops all but these, and forgets what the others told.
    pub(super) fn keep(&mut self, modes: impl Fn(&BackendMode) -> bool) {
        for (mode, source) in self.sources.extract_if(.., |mode, _| !modes(mode)) {
            source.stop.cancel();
            self.map.retire(mode);
            tokio::spawn(ended(source.task));
        }
    }

    /// Waits until all have stopped that were told to.
    pub(super) async fn ended(mut self) {
        self.stop.cancel();
        let tasks = std::mem::take(&mut self.sources).into_values();
        futures_util::future::join_all(tasks.map(|it| ended(it.task))).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for source in self.sources.values() {
            source.stop.cancel();
        }
    }
}

/// Waits for a task that was told to stop, and stops it if it does not.
async fn ended(task: JoinHandle<()>) {
    let task = AbortOnDropHandle::new(task);
    let _ = timeout(GRACE, task).await;
}

/// Runs a source, and the next one when it ends by itself.
async fn keep_running(
    factory: Arc<dyn SourceFactory>,
    publisher: Publisher,
    stop: CancellationToken,
) {
    let mut pause = FIRST_PAUSE;
    while !stop.is_cancelled() {
        let start = Instant::now();
        let run = factory.source().run(publisher.clone(), stop.clone());
        // In a task of its own, so that a panic ends nothing else.
        let run = AbortOnDropHandle::new(tokio::spawn(run));
        let ended = run.await;
        if stop.is_cancelled() {
            return;
        }
        publisher.failed(match ended {
            Ok(()) => "it is not read any more; it is started anew",
            Err(_) => "reading it has panicked; it is started anew",
        });
        if start.elapsed() > LONGEST_PAUSE {
            pause = FIRST_PAUSE;
        }
        stop.run_until_cancelled(sleep(pause)).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}
