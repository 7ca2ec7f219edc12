//! A file that other programs write.

use std::path::PathBuf;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth_map::dynamic_file::DynamicFile;
use eksauth_map::{LastUpdated, Loaded, MappingSet, Matching};
use futures_util::future::BoxFuture;
use hyper::body::Bytes;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::live_map::Latency;
use crate::{FileContent, FileWatch};

use super::mounted_file::text;
use super::{Publisher, Source, mode_file};

/// Problems and warnings of one file that reach the log.
const MOST_LINES: usize = 20;

/// Reads the mappings that other programs write into a JSON file, and again whenever it changes.
///
/// A file that cannot be used changes nothing. When the file is deleted, there are no mappings any more;
/// a file that has not been there yet has told nothing.
///
/// How long it took from the file's own time until its mappings were in force is observed, but for the
/// first of them: that file may be as old as it wants.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_server::DynamicFileSource;
/// use eksauth_server::map::{BackendMode, Matching, UserIds};
///
/// let mut matching = Matching::of(BackendMode::DynamicFile);
/// matching.user_ids = UserIds::Required;
/// let path = "/var/authenticator/mappings.json";
/// let source = DynamicFileSource::new(path, matching, SystemTimeSource::new());
/// ```
#[derive(Clone, Debug)]
pub struct DynamicFileSource {
    path: PathBuf,
    matching: Matching,
    time_source: SharedTimeSource,
}

impl DynamicFileSource {
    /// Reads a file.
    pub fn new(
        path: impl Into<PathBuf>,
        matching: Matching,
        time_source: impl TimeSource + 'static,
    ) -> Self {
        Self {
            path: path.into(),
            matching,
            time_source: SharedTimeSource::new(time_source),
        }
    }

    async fn watch(self, publisher: Publisher) {
        let mut watch = FileWatch::start([self.path.clone()]);
        let mut has_loaded = false;
        while let Some(event) = watch.next().await {
            match event.content {
                FileContent::Changed(bytes) => match self.load(bytes).await {
                    Ok((loaded, written)) => {
                        report(&loaded);
                        publisher.publish(loaded.set);
                        if let Some(written) = written.filter(|_| has_loaded) {
                            self.observe(&publisher, &written);
                        }
                        has_loaded = true;
                    }
                    Err(reason) => publisher.failed(reason),
                },
                FileContent::Deleted if has_loaded => {
                    publisher.publish(MappingSet::empty(self.matching));
                }
                FileContent::Deleted => publisher.failed("expected the file, but found none"),
                FileContent::Unreadable(problem) => publisher.failed(problem.to_string()),
            }
        }
    }

    async fn load(&self, bytes: Bytes) -> Result<(Loaded, Option<LastUpdated>), String> {
        let matching = self.matching;
        let loading = spawn_blocking(move || load(text(&bytes)?, matching));
        loading.await.unwrap_or_else(|error| Err(error.to_string()))
    }

    fn observe(&self, publisher: &Publisher, written: &LastUpdated) {
        let metrics = publisher.map().metrics();
        if let Some(time) = mode_file::since(written, self.time_source.now()) {
            metrics.took(Latency::DynamicFile, time);
        }
    }
}

impl Source for DynamicFileSource {
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

/// What is in a file that can be read. An entry whose ARN is no principal's, or that would make a user
/// without a name, is left out: it could match nobody.
fn load(text: &str, matching: Matching) -> Result<(Loaded, Option<LastUpdated>), String> {
    let file = DynamicFile::parse(text, matching.user_ids).map_err(|error| chain(&error))?;
    let loaded = MappingSet::builder(matching)
        .mappings(file.roles.into_iter().chain(file.users))
        .accounts(file.accounts)
        .build();
    Ok((loaded, file.last_updated))
}

fn report(loaded: &Loaded) {
    for problem in loaded.problems.iter().take(MOST_LINES) {
        tracing::warn!(backend = "DynamicFile", %problem, "an entry is left out");
    }
    for warning in loaded.warnings.iter().take(MOST_LINES) {
        tracing::warn!(backend = "DynamicFile", %warning, "an entry is probably not what was meant");
    }
}

/// An error with its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
