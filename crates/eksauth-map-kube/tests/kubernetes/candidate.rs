//! A status controller that takes part in an election, and the API server that it asks.

use std::time::Duration;

use eksauth_map_kube::{LeaderElection, StatusController};
use eksauth_testing::ManualTime;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::api_server::{ApiServer, Asked, Watch, api_server};

const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/platform/leases";
const LEASE: &str = "eksauth-identity-mapping-status";
/// Longer than anything here waits, since time goes by itself.
const LONG: Duration = Duration::from_secs(3600);

/// When it is, as far as anybody asks for the time of day.
pub(crate) const NOW: &str = "2026-07-01T12:00:00.000000Z";
const NOW_UNIX: u64 = 1_782_907_200;

pub(crate) struct Candidate {
    pub(crate) controller: JoinHandle<()>,
    /// How often the work has begun.
    pub(crate) lists: usize,
    pub(crate) clock: ManualTime,
    stop: Option<oneshot::Sender<()>>,
    api: ApiServer,
    watch: Option<Watch>,
}

impl Candidate {
    pub(crate) fn new(identity: &str) -> Self {
        let (client, api) = api_server();
        let (stop, stopped) = oneshot::channel();
        let clock = ManualTime::at_unix(NOW_UNIX);
        let election = LeaderElection::new("platform", identity, clock.clone());
        let controller = StatusController::new(client)
            .with_leader_election(election)
            .run(async { drop(stopped.await) });
        Self {
            controller: tokio::spawn(controller),
            stop: Some(stop),
            lists: 0,
            clock,
            api,
            watch: None,
        }
    }

    /// One that has made the Lease and works.
    pub(crate) async fn leading() -> (Self, Value) {
        let mut candidate = Self::new("me");
        candidate.get().await.refuse(404, "NotFound");
        let mut lease = candidate.write("POST").await;
        lease["metadata"]["resourceVersion"] = "1".into();
        (candidate, lease)
    }

    /// The next request about the Lease. The work's own are answered: there are no objects.
    pub(crate) async fn next(&mut self) -> Asked {
        timeout(LONG, async {
            loop {
                let asked = self.api.next().await;
                if asked.path().starts_with(LEASES) {
                    return asked;
                }
                if asked.is_watch() {
                    self.watch = Some(asked.open());
                } else {
                    self.lists += 1;
                    asked.items("1", &[]);
                }
            }
        })
        .await
        .expect("a request about the Lease within an hour")
    }

    pub(crate) async fn get(&mut self) -> Asked {
        let asked = self.next().await;
        assert_eq!(asked.method, "GET", "{}", asked.uri);
        assert_eq!(asked.path(), format!("{LEASES}/{LEASE}"));
        asked
    }

    /// Accepts what is written, and returns it.
    pub(crate) async fn write(&mut self, method: &str) -> Value {
        let asked = self.next().await;
        assert_eq!(asked.method, method, "{}", asked.uri);
        let body = asked.body.clone();
        asked.json(&body);
        body
    }

    /// Answers a renewal.
    pub(crate) async fn renew(&mut self, lease: &Value) -> Value {
        self.get().await.json(lease);
        self.write("PUT").await
    }

    /// Whether objects are being followed.
    pub(crate) fn works(&self) -> bool {
        self.watch.as_ref().is_some_and(Watch::is_heard)
    }

    pub(crate) fn stop(&mut self) {
        self.stop
            .take()
            .expect("it has not been stopped")
            .send(())
            .expect("a controller");
    }

    pub(crate) fn was_asked(&mut self) -> bool {
        self.api.was_asked()
    }
}

/// The Lease as another process may have written it.
pub(crate) fn lease_of(holder: &str, renewed: &str, seconds: u32) -> Value {
    json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": { "name": LEASE, "namespace": "platform", "resourceVersion": "41" },
        "spec": {
            "holderIdentity": holder,
            "leaseDurationSeconds": seconds,
            "acquireTime": "2026-07-01T11:00:00.000000Z",
            "renewTime": renewed,
            "leaseTransitions": 7,
        },
    })
}
