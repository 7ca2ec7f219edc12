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
            // Metrics and alerts are to say that what is in force is not all that the cluster holds.
            publisher.publish_without(snapshot.set, snapshot.unusable);
        }
        Update::Failed(failure) => publisher.failed(failure.to_string()),
        Update::Resumed => publisher.resumed(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_async::time::SystemTimeSource;
    use eksauth_map::{BackendMode, MappingSet, Matching};
    use eksauth_map_kube::Update;
    use eksauth_server::{LiveMap, Publisher};
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;

    use super::telling;

    const MODE: BackendMode = BackendMode::EksConfigMap;

    fn metrics(map: &LiveMap) -> String {
        let mut registry = Registry::default();
        map.metrics().register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        text
    }

    #[test]
    fn an_entry_that_cannot_be_used_is_no_failure_of_the_watch() {
        let map = LiveMap::new(vec![MODE], SystemTimeSource::new());
        let publisher = Publisher::new(&map, MODE);
        publisher.publish_without(MappingSet::empty(Matching::of(MODE)), 2);
        telling(publisher.clone())(Update::Resumed);
        assert!(map.is_ready());
        assert_eq!(
            map.status()[0].last_error.as_deref(),
            Some("2 entries or lists cannot be used")
        );
        let text = metrics(&map);
        for line in [
            "aws_iam_authenticator_configmap_watch_failures_total 0\n",
            "eksauth_backend_failures_total{backend=\"EKSConfigMap\"} 1\n",
            "eksauth_backend_failing{backend=\"EKSConfigMap\"} 1\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        publisher.publish_without(MappingSet::empty(Matching::of(MODE)), 0);
        assert_eq!(map.status()[0].last_error, None);
    }
}
