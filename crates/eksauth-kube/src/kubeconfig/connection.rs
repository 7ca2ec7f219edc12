//! What a kubeconfig leads to.

use std::fmt;

use kube::{Client, Config};

use crate::connection::client_of_kube;
use crate::{ConnectError, EksConnection, NotTaken};

/// Which way a kubeconfig's user gets tokens.
#[derive(Clone)]
#[non_exhaustive]
pub enum KubeconfigConnection {
    /// Signed in process.
    InProcess(EksConnection),
    /// As kube does it.
    #[non_exhaustive]
    LeftToKube {
        /// kube's configuration.
        config: Config,
        /// Why.
        reason: NotTaken,
    },
}

impl KubeconfigConnection {
    /// A client that is logged in.
    ///
    /// # Errors
    ///
    /// [`ConnectError::Plugin`] when the command that kube runs fails, and those of
    /// [`EksConnection::client`].
    pub fn client(&self) -> Result<Client, ConnectError> {
        match self {
            Self::InProcess(connection) => connection.client(),
            Self::LeftToKube { config, .. } => client_of_kube(config),
        }
    }

    /// kube's configuration of the cluster.
    pub fn config(&self) -> &Config {
        match self {
            Self::InProcess(connection) => connection.config(),
            Self::LeftToKube { config, .. } => config,
        }
    }

    /// The same, to be changed before a client is made of it.
    pub fn config_mut(&mut self) -> &mut Config {
        match self {
            Self::InProcess(connection) => connection.config_mut(),
            Self::LeftToKube { config, .. } => config,
        }
    }
}

impl fmt::Debug for KubeconfigConnection {
    /// Leaves kube's configuration out: there are secrets in it that kube does not hide.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InProcess(connection) => f.debug_tuple("InProcess").field(connection).finish(),
            Self::LeftToKube { reason, .. } => f
                .debug_struct("LeftToKube")
                .field("reason", reason)
                .finish_non_exhaustive(),
        }
    }
}
