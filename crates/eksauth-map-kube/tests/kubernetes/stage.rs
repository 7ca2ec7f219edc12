//! A status controller at work, and the API server that it asks.

use std::time::Duration;

use eksauth_map_kube::StatusController;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::api_server::{ApiServer, Asked, Watch, api_server};
use crate::objects::{DEPLOY, mapping};

/// Longer than anything here waits, since time goes by itself.
const LONG: Duration = Duration::from_secs(3600);

/// A controller at work.
pub(crate) struct Stage {
    pub(crate) api: ApiServer,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) controller: JoinHandle<()>,
    watch: Option<Watch>,
}

impl Stage {
    /// One that has the list of these objects.
    pub(crate) async fn with(objects: &[Value]) -> Self {
        let mut stage = Self::unlisted();
        stage.api.list().await.items("1", objects);
        stage
    }

    pub(crate) fn unlisted() -> Self {
        let (client, api) = api_server();
        let (stop, stopped) = oneshot::channel();
        let controller = StatusController::new(client).run(async { drop(stopped.await) });
        let controller = tokio::spawn(controller);
        Self {
            api,
            watch: None,
            stop,
            controller,
        }
    }

    /// The next request that changes anything, if there is one in an hour.
    pub(crate) async fn change(&mut self) -> Option<Asked> {
        timeout(LONG, async {
            loop {
                let asked = self.api.next().await;
                if !asked.is_watch() {
                    return asked;
                }
                self.watch = Some(asked.open());
            }
        })
        .await
        .ok()
    }

    /// Takes a status that is written, and says what it should become.
    pub(crate) async fn written(&mut self) -> Value {
        let patch = self.change().await.expect("a status");
        assert_eq!(patch.method, "PATCH");
        assert!(patch.path().ends_with("/status"), "{}", patch.uri);
        let status = patch.body["status"].clone();
        patch.json(&mapping("deploy", 0, DEPLOY, "deploy"));
        status
    }

    /// Takes an event, and says of what kind.
    pub(crate) async fn event(&mut self) -> Value {
        let event = self.change().await.expect("an event");
        assert_eq!(event.method, "POST");
        assert_eq!(
            event.path(),
            "/apis/events.k8s.io/v1/namespaces/default/events"
        );
        let body = event.body.clone();
        event.json(&body);
        body
    }

    pub(crate) fn becomes(&self, object: &Value) {
        self.watch
            .as_ref()
            .expect("a watch")
            .event("MODIFIED", object);
    }
}
