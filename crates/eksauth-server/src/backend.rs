//! Where mappings come from while the server runs.

mod backends;
mod dynamic_file;
mod mode_file;
mod mounted_file;
mod running;
mod text;

use eksauth_map::{BackendMode, MappingSet};
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::LiveMap;

pub use backends::{Backends, NoSource};
pub use dynamic_file::DynamicFileSource;
pub use mounted_file::MountedFileSource;

/// A backend that is being read.
///
/// # Examples
///
/// ```
/// use eksauth_server::map::{BackendMode, MappingSet, Matching};
/// use eksauth_server::{Publisher, Source};
/// use futures_util::future::BoxFuture;
/// use tokio_util::sync::CancellationToken;
///
/// /// Nobody is let in by it.
/// struct Nobody;
///
/// impl Source for Nobody {
///     fn run(self: Box<Self>, publisher: Publisher, stop: CancellationToken) -> BoxFuture<'static, ()> {
///         publisher.publish(MappingSet::empty(Matching::of(publisher.mode())));
///         Box::pin(stop.cancelled_owned())
///     }
/// }
/// ```
pub trait Source: Send {
    /// Tells what the backend holds, and again whenever that changes, until it is told to stop. A source
    /// that ends earlier, or panics, is made anew after a pause.
    fn run(
        self: Box<Self>,
        publisher: Publisher,
        stop: CancellationToken,
    ) -> BoxFuture<'static, ()>;
}

/// Makes the source of a backend each time it is started. Closures are factories.
pub trait SourceFactory: Send + Sync {
    /// A source that has not been started yet.
    fn source(&self) -> Box<dyn Source>;
}

impl<F> SourceFactory for F
where
    F: Fn() -> Box<dyn Source> + Send + Sync,
{
    fn source(&self) -> Box<dyn Source> {
        self()
    }
}

/// What a source tells, and whom. Clones tell for the same source; what a source tells after it was
/// stopped does not count.
#[derive(Clone, Debug)]
pub struct Publisher {
    map: LiveMap,
    mode: BackendMode,
    edition: u64,
}

impl Publisher {
    /// A publisher for a new source of a backend; those before it do not count any more.
    pub fn new(map: &LiveMap, mode: BackendMode) -> Self {
        Self {
            edition: map.next_edition(mode),
            map: map.clone(),
            mode,
        }
    }

    /// The backend it is for.
    pub fn mode(&self) -> BackendMode {
        self.mode
    }

    /// The backend holds this from now on, instead of what it held.
    pub fn publish(&self, set: MappingSet) {
        self.publish_without(set, 0);
    }

    /// The same for what is not all that the backend holds: so many entries, or whole lists, cannot be
    /// used. The backend is failing until it publishes without any, whatever [fails](Self::failed) and
    /// [is well again](Self::resumed) meanwhile. It was read, though: aws-iam-authenticator's counters of
    /// failures to read it do not count this.
    pub fn publish_without(&self, set: MappingSet, unusable: usize) {
        let in_part = match unusable {
            0 => None,
            1 => Some("1 entry or list cannot be used".to_owned()),
            count => Some(format!("{count} entries or lists cannot be used")),
        };
        self.map
            .publish_as(self.mode, Some(self.edition), set, in_part);
    }

    /// The backend could not be read, or holds what cannot be used. What it held stays in force. Nothing
    /// secret may be in the reason; foreign text in it must be escaped and cut.
    pub fn failed(&self, reason: impl Into<String>) {
        self.map
            .failed_as(self.mode, Some(self.edition), reason.into());
    }

    /// The backend can be read again, and holds what it held before [`failed`](Self::failed),
    /// [without some of it](Self::publish_without) if it was so.
    pub fn resumed(&self) {
        self.map.resumed_as(self.mode, self.edition);
    }

    /// Whether the backend holds something, be it from an earlier source.
    fn has_published(&self) -> bool {
        self.map.have_loaded(&[self.mode])
    }

    fn map(&self) -> &LiveMap {
        &self.map
    }
}
