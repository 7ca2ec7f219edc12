//! The seat of the API server.

mod embedded;
mod real;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use aws_smithy_async::time::SharedTimeSource;
use tokio_util::sync::CancellationToken;

use crate::gate::Gate;
use crate::kubernetes::Objects;
use crate::net::{Authority, PemPair};
use crate::{Counters, SandboxError};

pub(crate) use embedded::Embedded;
pub use real::{ControlPlaneError, RealControlPlane, TokenReviewVersion};

/// What takes the seat of a cluster's API server: the embedded API, or a real control plane.
///
/// Outside of it nobody knows which: clients see a URL, a CA and who they are.
pub(crate) trait ControlPlane: Send + Sync {
    /// Starts the API server of one cluster. It authenticates by the gate and stops when told to.
    fn start<'a>(
        &'a self,
        seat: Seat<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<ApiServer, SandboxError>> + Send + 'a>>;
}

/// What an API server is given.
pub(crate) struct Seat<'a> {
    pub(crate) cluster: &'a str,
    pub(crate) gate: Gate,
    pub(crate) authority: &'a Authority,
    pub(crate) counters: std::sync::Arc<Counters>,
    pub(crate) time_source: SharedTimeSource,
    /// The folder of the sandbox, for files of its own.
    pub(crate) folder: &'a Path,
    pub(crate) shutdown: CancellationToken,
}

/// An API server that is up.
pub(crate) struct ApiServer {
    /// Its URL, without a slash at the end.
    pub(crate) url: String,
    /// The CA of its certificate, in PEM.
    pub(crate) ca_pem: String,
    /// Its namespaces and pods, where they can be reached from here.
    pub(crate) objects: Option<Objects>,
    /// The certificate of a member of `system:masters`, where such a thing is asked for.
    pub(crate) admin: Option<PemPair>,
    /// Ends when it has stopped. Dropped without being waited for, it stops all the same.
    pub(crate) stopped: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}
