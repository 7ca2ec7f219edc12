//! The backends that are kept in the cluster.

use eksauth_map::Matching;
use eksauth_map_kube::{AwsAuthWatch, IdentityMappingWatch, Snapshot, Update};
use eksauth_server::{Publisher, Source};
use futures_util::future::BoxFuture;
use kube::Client;
use tokio_util::sync::CancellationToken;

/// The ConfigMap `aws-auth`.
#[derive(Clone)]
pub(super) struct AwsAuth(AwsAuthWatch);

impl AwsAuth {
    pub(super) fn new(client: Client, matching: Matching) -> Self {
        Self(AwsAuthWatch::new(client, matching))
    }
}

impl Source for AwsAuth {
    fn run(
        self: Box<Self>,
        publisher: Publisher,
        stop: CancellationToken,
    ) -> BoxFuture<'static, ()> {
        Box::pin(self.0.run(telling(publisher), stop.cancelled_owned()))
    }
}

/// The objects of the kind `IAMIdentityMapping`.
#[derive(Clone)]
pub(super) struct IdentityMappings(IdentityMappingWatch);

impl IdentityMappings {
    pub(super) fn new(client: Client, matching: Matching) -> Self {
        Self(IdentityMappingWatch::new(client, matching))
    }
}

impl Source for IdentityMappings {
    fn run(
        self: Box<Self>,
        publisher: Publisher,
        stop: CancellationToken,
    ) -> BoxFuture<'static, ()> {
        Box::pin(self.0.run(telling(publisher), stop.cancelled_owned()))
    }
}

fn telling(publisher: Publisher) -> impl FnMut(Update) + Send + 'static {
    let mut in_part = None;
    move |update| match update {
        Update::Mappings(snapshot) => {
            for trouble in &snapshot.troubles {
                tracing::warn!(backend = publisher.mode().name(), "{trouble}");
            }
            in_part = unusable(&snapshot);
            publisher.publish(snapshot.set);
            if let Some(reason) = &in_part {
                publisher.failed(reason);
            }
        }
        Update::Failed(failure) => publisher.failed(failure.to_string()),
        Update::Resumed => match &in_part {
            Some(reason) => publisher.failed(reason),
            None => publisher.resumed(),
        },
        _ => {}
    }
}

/// What is in force is not all that the cluster holds: metrics and alerts are to say so.
fn unusable(snapshot: &Snapshot) -> Option<String> {
    match snapshot.unusable {
        0 => None,
        1 => Some("1 entry or list cannot be used".to_owned()),
        count => Some(format!("{count} entries or lists cannot be used")),
    }
}
