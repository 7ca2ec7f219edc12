//! Why a sandbox does not start.

use std::io;
use std::path::PathBuf;

use crate::net::NetError;
use crate::{ControlPlaneError, WorldError};

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The world cannot be.
    #[error("could not make the world")]
    World(#[from] WorldError),
    /// No address, certificate or TLS.
    #[error("could not set up the network")]
    Network(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A cluster's verifier.
    #[error("could not set up the verifier of the cluster `{cluster}`")]
    Verifier {
        /// The cluster.
        cluster: String,
        /// What is wrong.
        #[source]
        reason: eksauth_server::BuildError,
    },
    /// The real control plane.
    #[error("could not start the control plane")]
    ControlPlane(#[from] ControlPlaneError),
    /// The temporary folder.
    #[error("could not make a temporary folder")]
    Folder(#[source] io::Error),
    /// A file in it.
    #[error("could not write `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// No randomness for a secret.
    #[error("could not get random bytes")]
    Randomness,
}

impl From<NetError> for SandboxError {
    fn from(error: NetError) -> Self {
        Self::Network(Box::new(error))
    }
}
