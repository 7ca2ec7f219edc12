//! A program of a control plane, and its log.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::SandboxError;

use super::ControlPlaneError;
use super::home::Home;
use super::leash::{End, Ends, Leash};
use super::log;

/// How often those are looked at that should stay up.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A program that ends when this is dropped.
pub(super) struct Process {
    watched: Watched,
    _leash: Leash,
}

/// A program that somebody else holds.
#[derive(Clone)]
pub(super) struct Watched {
    name: &'static str,
    ends: Ends,
    log: PathBuf,
}

impl Process {
    pub(super) fn start(
        name: &'static str,
        program: &Path,
        arguments: &[String],
        home: &Home,
    ) -> Result<Self, SandboxError> {
        let (log, file) = home.log(&format!("{name}.log"))?;
        let leash = Leash::start(program, arguments, home.path(), file);
        let leash = leash.map_err(|source| ControlPlaneError::Start {
            program: program.to_owned(),
            source,
        })?;
        let ends = leash.ends();
        Ok(Self {
            watched: Watched { name, ends, log },
            _leash: leash,
        })
    }

    /// For who only wants to know how it ends.
    pub(super) fn watched(&self) -> Watched {
        self.watched.clone()
    }

    /// Fails when it has ended.
    pub(super) fn check(&self) -> Result<(), ControlPlaneError> {
        self.watched.check()
    }

    pub(super) fn not_ready(&self, seconds: u64, missing: String) -> ControlPlaneError {
        ControlPlaneError::NotReady {
            program: self.watched.name,
            seconds,
            missing,
            log: log::tail(&self.watched.log),
        }
    }
}

impl Watched {
    /// Tells the log when it ends before anybody wants that: whoever uses it only sees that nothing
    /// answers any more.
    pub(super) async fn tell_its_end(self, shutdown: CancellationToken) {
        let watching = async {
            loop {
                sleep(LOOK_EVERY).await;
                match self.ends.end() {
                    Ok(End::NotYet) => {}
                    Ok(End::ByItself(status)) => {
                        return tracing::error!("{}", self.has_ended(status));
                    }
                    Ok(End::Wanted) | Err(_) => return,
                }
            }
        };
        shutdown.run_until_cancelled(watching).await;
    }

    fn check(&self) -> Result<(), ControlPlaneError> {
        // What cannot be asked will not become ready either.
        match self.ends.end() {
            Ok(End::ByItself(status)) => Err(self.has_ended(status)),
            Ok(End::NotYet | End::Wanted) | Err(_) => Ok(()),
        }
    }

    fn has_ended(&self, status: ExitStatus) -> ControlPlaneError {
        ControlPlaneError::Ended {
            program: self.name,
            status,
            log: log::tail(&self.log),
        }
    }
}
