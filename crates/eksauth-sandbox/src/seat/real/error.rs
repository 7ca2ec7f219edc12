//! Why a real control plane does not start.

use std::io;
use std::path::PathBuf;

/// Why a real control plane does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ControlPlaneError {
    /// A program is not where it was said to be.
    #[error(
        "expected the program `{name}` in `{}`, but found none: `cargo xtask control-plane` builds it \
         once, and says what KUBEBUILDER_ASSETS must be",
        folder.display()
    )]
    NoProgram {
        /// Its name.
        name: &'static str,
        /// The folder that was looked into.
        folder: PathBuf,
    },
    /// A program is there, but cannot be run.
    #[error("could not start `{}`", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// A program has ended before the sandbox was up.
    #[error("expected `{program}` to stay up, but it ended with {status}; its last words:{log}")]
    Ended {
        /// Its name.
        program: &'static str,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The last lines of its log.
        log: String,
    },
    /// A program runs, but cannot be used.
    #[error(
        "expected `{program}` to be ready within {seconds} s, but it was not ({missing}); its last \
         words:{log}"
    )]
    NotReady {
        /// Its name.
        program: &'static str,
        /// How long it was waited for.
        seconds: u64,
        /// What was still missing, as far as it said so.
        missing: String,
        /// The last lines of its log.
        log: String,
    },
    /// kube-apiserver did not take what belongs in a cluster of the sandbox.
    #[error("could not set up `{path}` in the new cluster: {reason}")]
    Furniture {
        /// What was asked of it.
        path: String,
        /// What it said.
        reason: String,
    },
}
