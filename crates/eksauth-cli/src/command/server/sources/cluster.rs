//! The backends that are kept in the cluster.

use eksauth_map::Matching;
use eksauth_map_kube::{AwsAuthWatch, IdentityMappingWatch, Update};
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
    move |update| match update {
        Update::Mappings(snapshot) => {
            for trouble in &snapshot.troubles {
                tracing::warn!(backend = publisher.mode().name(), "{trouble}");
            }
            publisher.publish(snapshot.set);
        }
        Update::Failed(failure) => publisher.failed(failure.to_string()),
        _ => {}
    }
}
