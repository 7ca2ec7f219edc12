//! A program of a control plane, and its log.

use std::path::{Path, PathBuf};

use crate::SandboxError;

use super::ControlPlaneError;
use super::home::Home;
use super::leash::Leash;
use super::log;

/// A program that ends when this is dropped.
pub(super) struct Process {
    name: &'static str,
    leash: Leash,
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
        Ok(Self { name, leash, log })
    }

    /// Fails when it has ended.
    pub(super) fn check(&mut self) -> Result<(), ControlPlaneError> {
        // What cannot be asked will not become ready either.
        match self.leash.ended() {
            Ok(Some(status)) => Err(ControlPlaneError::Ended {
                program: self.name,
                status,
                log: log::tail(&self.log),
            }),
            Ok(None) | Err(_) => Ok(()),
        }
    }

    pub(super) fn not_ready(&self, seconds: u64, missing: String) -> ControlPlaneError {
        ControlPlaneError::NotReady {
            program: self.name,
            seconds,
            missing,
            log: log::tail(&self.log),
        }
    }
}
