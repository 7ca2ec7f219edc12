//! A watch at work, and who listens to it.

use std::time::Duration;

use eksauth_map::{BackendMode, Matching};
use eksauth_map_kube::{AwsAuthWatch, IdentityMappingWatch, Snapshot, Update, WatchFailure};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::api_server::{ApiServer, api_server};

/// Longer than anything here waits, since time goes by itself.
const LONG: Duration = Duration::from_secs(3600);

pub(crate) struct Scene {
    pub(crate) api: ApiServer,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) watch: JoinHandle<()>,
    updates: mpsc::UnboundedReceiver<Update>,
}

impl Scene {
    pub(crate) fn aws_auth() -> Self {
        let (client, api) = api_server();
        let (stop, stopped) = oneshot::channel();
        let (tell, updates) = mpsc::unbounded_channel();
        let matching = Matching::of(BackendMode::EksConfigMap);
        let watch = tokio::spawn(
            AwsAuthWatch::new(client, matching).run(move |update| drop(tell.send(update)), async {
                drop(stopped.await)
            }),
        );
        Self {
            api,
            stop,
            watch,
            updates,
        }
    }

    pub(crate) fn identity_mappings() -> Self {
        let (client, api) = api_server();
        let (stop, stopped) = oneshot::channel();
        let (tell, updates) = mpsc::unbounded_channel();
        let matching = Matching::of(BackendMode::Crd);
        let watch = tokio::spawn(
            IdentityMappingWatch::new(client, matching)
                .run(move |update| drop(tell.send(update)), async {
                    drop(stopped.await)
                }),
        );
        Self {
            api,
            stop,
            watch,
            updates,
        }
    }

    /// What is told next, apart from that a watch goes on.
    pub(crate) async fn update(&mut self) -> Update {
        loop {
            let update = self.update_or_resumption().await;
            if !matches!(update, Update::Resumed) {
                return update;
            }
        }
    }

    pub(crate) async fn update_or_resumption(&mut self) -> Update {
        timeout(LONG, self.updates.recv())
            .await
            .expect("an update in time")
            .expect("a watch that works")
    }

    pub(crate) async fn snapshot(&mut self) -> Snapshot {
        match self.update().await {
            Update::Mappings(snapshot) => snapshot,
            other => panic!("expected mappings, but was told {other:?}"),
        }
    }

    pub(crate) async fn failure(&mut self) -> WatchFailure {
        match self.update().await {
            Update::Failed(failure) => failure,
            other => panic!("expected a failure, but was told {other:?}"),
        }
    }

    /// Whether nothing was told that has not been taken.
    pub(crate) fn is_silent(&mut self) -> bool {
        self.updates.try_recv().is_err()
    }
}
