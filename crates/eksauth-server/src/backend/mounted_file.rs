//! The lists in the configuration file of the server.

use std::path::PathBuf;
use std::sync::Arc;

use eksauth_map::Loaded;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::{FileContent, FileWatch};

use super::text::parsed;
use super::{Publisher, Source};

/// Reads the mappings of a configuration file, and again whenever it changes.
///
/// A file that cannot be used, or is gone, changes nothing: what was read last stays in force. So does it
/// when the file is empty: some programs empty a file before they write it. To take all mappings away,
/// write empty lists. A file of which some entries cannot be used may count
/// [without them](Publisher::publish_without).
///
/// # Examples
///
/// ```
/// use std::error::Error as _;
///
/// use eksauth_server::map::mounted;
/// use eksauth_server::map::{BackendMode, MappingSet, Matching, ProblemKind};
/// use eksauth_server::MountedFileSource;
///
/// let source = MountedFileSource::new("/etc/authenticator/config.yaml", |text| {
///     let file = mounted::from_yaml(text).map_err(|error| match error.source() {
///         // The line of what is no YAML.
///         Some(cause) => format!("{error}: {cause}"),
///         None => error.to_string(),
///     })?;
///     let loaded = MappingSet::builder(Matching::of(BackendMode::MountedFile))
///         .mappings(file.roles.into_iter().chain(file.users))
///         .accounts(file.accounts)
///         .build();
///     // An entry without a user name is left out. Any other that cannot be used is a reason to stop.
///     let mut problems = loaded.problems.iter();
///     match problems.find(|it| it.kind != ProblemKind::NoUsername) {
///         Some(problem) => Err(problem.to_string()),
///         None => Ok(loaded),
///     }
/// });
/// ```
#[derive(Clone)]
pub struct MountedFileSource {
    path: PathBuf,
    parse: Arc<Parse>,
}

type Parse = dyn Fn(&str) -> Result<Loaded, String> + Send + Sync;

impl MountedFileSource {
    /// Reads a file. `parse` makes mappings of its text, or says what is wrong in which entry and line;
    /// it may take its time. Of entries with problems that are no reason to refuse the file, it tells the
    /// log itself.
    pub fn new(
        path: impl Into<PathBuf>,
        parse: impl Fn(&str) -> Result<Loaded, String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            path: path.into(),
            parse: Arc::new(parse),
        }
    }

    async fn watch(self, publisher: Publisher) {
        let mut watch = FileWatch::start([self.path.clone()]);
        while let Some(event) = watch.next().await {
            match self.read(event.content, publisher.has_published()).await {
                Ok(loaded) => publisher.publish_without(loaded.set, loaded.problems.len()),
                Err(reason) => publisher.failed(reason),
            }
        }
    }

    async fn read(&self, content: FileContent, has_published: bool) -> Result<Loaded, String> {
        match content {
            FileContent::Changed(bytes) if has_published && bytes.trim_ascii().is_empty() => {
                Err("expected lists of mappings, be they empty, but found an empty file".to_owned())
            }
            FileContent::Changed(bytes) => {
                let parse = Arc::clone(&self.parse);
                parsed(bytes, move |text| parse(text)).await
            }
            FileContent::Deleted => Err("expected the file, but found none".to_owned()),
            FileContent::Unreadable(problem) => Err(problem.to_string()),
        }
    }
}

impl Source for MountedFileSource {
    fn run(
        self: Box<Self>,
        publisher: Publisher,
        stop: CancellationToken,
    ) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            stop.run_until_cancelled(self.watch(publisher)).await;
        })
    }
}

impl std::fmt::Debug for MountedFileSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MountedFileSource")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
