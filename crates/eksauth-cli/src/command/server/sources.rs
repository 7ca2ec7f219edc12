//! The backends that run, and what each reads.

mod cluster;

use std::sync::Mutex;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_map::{BackendMode, Loaded, MappingSet, Matching};
use eksauth_server::{Backends, DynamicFileSource, LiveMap, MountedFileSource, Publisher, Source};
use futures_util::future::BoxFuture;
use kube::Client;
use tokio_util::sync::CancellationToken;

use crate::failed::{Failed, chain};
use crate::incumbent_config::MappingsText;
use crate::mapping_files::LoadedFile;
use crate::mapping_rules::MappingRules;
use crate::redaction::without_tokens;

use super::settings::{MountedFile, ServerSettings};

/// Whether a backend is kept in the cluster.
pub(super) fn is_in_cluster(mode: BackendMode) -> bool {
    matches!(mode, BackendMode::EksConfigMap | BackendMode::Crd)
}

/// Everything that can be read, so that the file which says what is asked has the choice.
pub(super) fn backends(
    settings: &mut ServerSettings,
    map: LiveMap,
    client: Option<Client>,
) -> Backends {
    let rules = settings.backends.rules;
    let mut backends = Backends::new(map, SystemTimeSource::new());
    backends = match settings.mounted_file.take() {
        Some(file) => {
            let source = mounted_file(file, rules);
            backends.with_source(BackendMode::MountedFile, move || boxed(source.clone()))
        }
        None => backends.with_source(BackendMode::MountedFile, || boxed(NoMappings)),
    };
    if let Some(path) = &settings.backends.dynamic_file {
        let matching = rules.of(BackendMode::DynamicFile);
        let source = DynamicFileSource::new(path, matching, SystemTimeSource::new());
        backends = backends.with_source(BackendMode::DynamicFile, move || boxed(source.clone()));
    }
    if let Some(client) = client {
        let matching = rules.of(BackendMode::EksConfigMap);
        let source = cluster::AwsAuth::new(client.clone(), matching);
        backends = backends.with_source(BackendMode::EksConfigMap, move || boxed(source.clone()));
        let source = cluster::IdentityMappings::new(client, rules.of(BackendMode::Crd));
        backends = backends.with_source(BackendMode::Crd, move || boxed(source.clone()));
    }
    match &settings.backends.mode_file {
        Some(path) => backends.with_mode_file(path),
        None => backends,
    }
}

fn boxed(source: impl Source + 'static) -> Box<dyn Source> {
    Box::new(source)
}

/// The lists of the configuration file, read again whenever it changes. Everything else in it is
/// read once.
fn mounted_file(file: MountedFile, rules: MappingRules) -> MountedFileSource {
    let MountedFile {
        path,
        first_reading,
    } = file;
    let first_reading = Mutex::new(first_reading);
    let named = path.clone();
    MountedFileSource::new(path, move |text| {
        let first = first_reading.lock().map_or(None, |mut it| it.take());
        let loaded = match first.and_then(|it| it.of(text)) {
            Some(loaded) => Ok(loaded),
            None => MappingsText::of(&named, text).and_then(|it| LoadedFile::mounted(&it, rules)),
        };
        let loaded = loaded.map_err(|error: Failed| without_tokens(&chain(&error, ": ")))?;
        for warning in &loaded.warnings {
            tracing::warn!(backend = "MountedFile", "{}", without_tokens(warning));
        }
        Ok(Loaded {
            set: loaded.set,
            problems: loaded.problems,
            // Told above, together with what else is odd.
            warnings: Vec::new(),
        })
    })
}

/// What there is without a configuration file.
#[derive(Clone, Copy)]
struct NoMappings;

impl Source for NoMappings {
    fn run(
        self: Box<Self>,
        publisher: Publisher,
        stop: CancellationToken,
    ) -> BoxFuture<'static, ()> {
        publisher.publish(MappingSet::empty(Matching::of(publisher.mode())));
        Box::pin(stop.cancelled_owned())
    }
}
