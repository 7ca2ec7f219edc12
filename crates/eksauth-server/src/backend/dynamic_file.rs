//! A file that other programs write.

use std::path::PathBuf;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth_map::dynamic_file::DynamicFile;
use eksauth_map::{LastUpdated, Loaded, MappingSet, Matching};
use futures_util::future::BoxFuture;
use hyper::body::Bytes;
use tokio_util::sync::CancellationToken;

use crate::causes::with_causes;
use crate::live_map::Latency;
use crate::{FileContent, FileWatch};

use super::text::parsed;
use super::{Publisher, Source, mode_file};

/// Problems of one file that reach the log each for itself, and as many warnings.
const MOST_LINES: usize = 20;

/// Reads the mappings that other programs write into a JSON file, and again whenever it changes.
///
/// A file that cannot be used changes nothing. When the file is deleted, there are no mappings any more;
/// a file that has not been there yet has told nothing. A file of which some entries cannot be used counts
/// [without them](Publisher::publish_without).
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
        let mut is_first = true;
        while let Some(event) = watch.next().await {
            match event.content {
                FileContent::Changed(bytes) => match self.load(bytes).await {
                    Ok((loaded, written)) => {
                        report(&loaded);
                        publisher.publish_without(loaded.set, loaded.problems.len());
                        if let Some(written) = written.filter(|_| !is_first) {
                            self.observe(&publisher, &written);
                        }
                        is_first = false;
                    }
                    Err(reason) => publisher.failed(reason),
                },
                FileContent::Deleted if publisher.has_published() => {
                    publisher.publish(MappingSet::empty(self.matching));
                }
                FileContent::Deleted => publisher.failed("expected the file, but found none"),
                FileContent::Unreadable(problem) => publisher.failed(problem.to_string()),
            }
        }
    }

    async fn load(&self, bytes: Bytes) -> Result<(Loaded, Option<LastUpdated>), String> {
        let matching = self.matching;
        parsed(bytes, move |text| load(text, matching)).await
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
    let file = DynamicFile::parse(text, matching.user_ids).map_err(|error| with_causes(&error))?;
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
    report_rest(loaded.problems.len(), "are left out");
    for warning in loaded.warnings.iter().take(MOST_LINES) {
        tracing::warn!(backend = "DynamicFile", %warning, "an entry is probably not what was meant");
    }
    report_rest(loaded.warnings.len(), "are probably not what was meant");
}

fn report_rest(found: usize, what: &str) {
    let rest = found.saturating_sub(MOST_LINES);
    if rest > 0 {
        tracing::warn!(backend = "DynamicFile", "and {rest} more entries {what}");
    }
}
