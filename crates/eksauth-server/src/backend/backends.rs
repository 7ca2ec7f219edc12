//! All backends, as configured or as a file says.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth_map::{BackendMode, LastUpdated};
use tokio_util::sync::CancellationToken;

use crate::LiveMap;
use crate::live_map::Latency;

use super::SourceFactory;
use super::mode_file::{Instruction, ModeFile, since};
use super::running::Running;

/// Runs the sources of the backends that are asked, and changes which ones these are.
///
/// It starts with the order of the [`LiveMap`]. Where there is a file that says which backends are asked,
/// another order comes into force like this: the backends that do not run yet are started; the old
/// order stays in force until all of the new one have told what they hold; then requests see the new
/// order at once, and the sources that are not used any more are stopped. When the file is deleted, the
/// configured order comes back in the same way. A file that cannot be used, or names a backend that was
/// not configured, changes nothing.
///
/// # Examples
///
/// ```no_run
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_server::map::{BackendMode, Matching};
/// use eksauth_server::{Backends, DynamicFileSource, LiveMap, NoSource};
/// use tokio_util::sync::CancellationToken;
///
/// # async fn example(shutdown: CancellationToken) -> Result<(), NoSource> {
/// let mode = BackendMode::DynamicFile;
/// let map = LiveMap::new(vec![mode], SystemTimeSource::new());
/// let source = move || {
///     let matching = Matching::of(mode);
///     let path = "/var/authenticator/mappings.json";
///     Box::new(DynamicFileSource::new(path, matching, SystemTimeSource::new())) as Box<_>
/// };
/// Backends::new(map, SystemTimeSource::new())
///     .with_source(mode, source)
///     .with_mode_file("/var/authenticator/backend-mode.json")
///     .run(shutdown)
///     .await
/// # }
/// ```
pub struct Backends {
    map: LiveMap,
    factories: BTreeMap<BackendMode, Arc<dyn SourceFactory>>,
    mode_file: Option<PathBuf>,
    time_source: SharedTimeSource,
}

/// The order that is to come into force.
struct Wanted {
    modes: Vec<BackendMode>,
    /// When that was written, if it is to be observed.
    written: Option<LastUpdated>,
}

impl Backends {
    /// The backends of a map, of which none can be read yet.
    pub fn new(map: LiveMap, time_source: impl TimeSource + 'static) -> Self {
        Self {
            map,
            factories: BTreeMap::new(),
            mode_file: None,
            time_source: SharedTimeSource::new(time_source),
        }
    }

    /// How a backend is read.
    #[must_use]
    pub fn with_source(mut self, mode: BackendMode, factory: impl SourceFactory + 'static) -> Self {
        self.factories.insert(mode, Arc::new(factory));
        self
    }

    /// A file that says which backends are asked, while it is there.
    #[must_use]
    pub fn with_mode_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.mode_file = Some(path.into());
        self
    }

    /// Runs until it is told to stop, and returns when all sources have stopped. When it is dropped they
    /// are told to stop too.
    ///
    /// # Errors
    ///
    /// [`NoSource`] when the map has a backend in its order that cannot be read.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), NoSource> {
        let configured = self.map.order();
        self.check(&configured)?;
        let mut running = Running::new(self.map.clone(), shutdown.child_token());
        let mut mode_file = ModeFile::new(self.mode_file.clone());
        let mut changes = self.map.changes();
        let mut wanted = Wanted {
            modes: configured.clone(),
            written: None,
        };
        let mut is_first = true;
        loop {
            self.turn_to(&mut wanted, &mut running);
            tokio::select! {
                () = shutdown.cancelled() => break,
                // The other end is in the map.
                _ = changes.changed() => {}
                instruction = mode_file.next() => {
                    let is_file = matches!(instruction, Instruction::Modes(..));
                    if let Some(next) = self.judge(instruction, &configured, is_first) {
                        is_first &= !is_file;
                        wanted = next;
                    }
                }
            }
        }
        running.ended().await;
        Ok(())
    }

    /// Comes as close to the wanted order as is possible now.
    fn turn_to(&self, wanted: &mut Wanted, running: &mut Running) {
        for mode in &wanted.modes {
            if let Some(factory) = self.factories.get(mode) {
                running.start(*mode, factory);
            }
        }
        let order = self.map.order();
        if order != wanted.modes && self.map.have_loaded(&wanted.modes) {
            self.map.set_order(wanted.modes.clone());
            tracing::info!(backends = %listed(&wanted.modes), "other backends are asked");
        }
        let order = self.map.order();
        running.keep(|mode| wanted.modes.contains(mode) || order.contains(mode));
        if order == wanted.modes
            && let Some(written) = wanted.written.take()
            && let Some(time) = since(&written, self.time_source.now())
        {
            self.map.metrics().took(Latency::BackendModeFile, time);
        }
    }

    /// The order that an instruction asks for, if it can be had. The first file may be as old as it
    /// wants.
    fn judge(
        &self,
        instruction: Instruction,
        configured: &[BackendMode],
        is_first: bool,
    ) -> Option<Wanted> {
        let wanted = match instruction {
            Instruction::Modes(modes, written) => Ok(Wanted {
                modes,
                written: written.filter(|_| !is_first),
            }),
            Instruction::Configured => Ok(Wanted {
                modes: configured.to_vec(),
                written: None,
            }),
            Instruction::Unusable(reason) => Err(reason),
        };
        let wanted = wanted.and_then(|wanted| match self.check(&wanted.modes) {
            Ok(()) => Ok(wanted),
            Err(error) => Err(error.to_string()),
        });
        wanted
            .inspect(|_| self.map.metrics().mode_file_used())
            .inspect_err(|reason| {
                self.map.metrics().mode_file_failed();
                tracing::warn!(
                    reason,
                    "the file that says which backends are asked is not used"
                );
            })
            .ok()
    }

    fn check(&self, modes: &[BackendMode]) -> Result<(), NoSource> {
        let mut modes = modes.iter();
        match modes.find(|mode| !self.factories.contains_key(mode)) {
            Some(mode) => Err(NoSource { mode: *mode }),
            None => Ok(()),
        }
    }
}

fn listed(modes: &[BackendMode]) -> String {
    let names: Vec<_> = modes.iter().map(|it| it.name()).collect();
    names.join(" ")
}

impl fmt::Debug for Backends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backends")
            .field("map", &self.map)
            .field("mode_file", &self.mode_file)
            .finish_non_exhaustive()
    }
}

/// A backend that nobody can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the settings that the backend `{mode}` is read with, but found none")]
pub struct NoSource {
    mode: BackendMode,
}
