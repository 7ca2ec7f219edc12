//! The client, and what it sees.

use std::collections::BTreeSet;
use std::time::Duration;

use eksauth_kube::AuthLayer;
use eksauth_kube::eksauth::token::{ClusterId, EndpointOptions, Region, StsEndpoint};
use eksauth_kube::eksauth::{RefreshPolicy, Refresher, TokenSource};
use eksauth_kube::k8s_openapi::api::core::v1::{Namespace, Pod};
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::client::ClientBuilder;
use eksauth_kube::kube::runtime::{WatchStreamExt as _, watcher};
use eksauth_kube::kube::{Api, Client};
use futures_util::{StreamExt as _, pin_mut};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

use crate::api_server::ApiServer;
use crate::aws::Aws;
use crate::times::Times;

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) fn target() -> (ClusterId, StsEndpoint) {
    let region = Region::new("eu-west-1").unwrap();
    let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
    (ClusterId::new("prod").unwrap(), endpoint)
}

pub(crate) fn logged_in(
    aws: &Aws,
    server: &ApiServer,
    times: &Times,
    cluster: ClusterId,
    endpoint: StsEndpoint,
) -> Client {
    let source = TokenSource::new(cluster, endpoint, aws.clone(), times.wall.clone())
        .refreshed_by(&Refresher::new(RefreshPolicy::default()));
    ClientBuilder::new(server.clone(), "default")
        .with_layer(&AuthLayer::new(source))
        .build()
}

/// Asks once a minute.
pub(crate) struct Asking {
    namespaces: Api<Namespace>,
    aws: Aws,
    asked: Asked,
}

#[derive(Default)]
pub(crate) struct Asked {
    pub(crate) requests: u64,
    /// Requests that failed although a valid token was possible.
    pub(crate) failures: Vec<String>,
    /// Requests that failed while none was.
    pub(crate) excused: u64,
    /// Times in which requests failed, and how many of them ended with a success as soon as a valid
    /// token was possible again.
    pub(crate) windows: u64,
    pub(crate) recoveries: u64,
}

impl Asking {
    pub(crate) fn new(client: &Client, aws: &Aws) -> Self {
        Self {
            namespaces: Api::all(client.clone()),
            aws: aws.clone(),
            asked: Asked::default(),
        }
    }

    pub(crate) async fn until(mut self, end: Instant) -> Asked {
        let mut minutes = interval(MINUTE);
        minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut in_window = false;
        while Instant::now() < end {
            minutes.tick().await;
            let was_possible = self.aws.makes_a_token_possible();
            let answer = self.namespaces.list(&ListParams::default()).await;
            // What happened while it waited counts, too.
            let is_possible = was_possible && self.aws.makes_a_token_possible();
            self.asked.requests += 1;
            match answer {
                Ok(_) if in_window => {
                    in_window = false;
                    self.asked.recoveries += 1;
                }
                Ok(_) => {}
                Err(error) if is_possible => self.asked.failures.push(error.to_string()),
                Err(_) => {
                    self.asked.excused += 1;
                    self.asked.windows += u64::from(!in_window);
                    in_window = true;
                }
            }
        }
        self.asked
    }
}

/// Holds a watch.
pub(crate) struct Watching {
    pods: Api<Pod>,
    aws: Aws,
}

#[derive(Default)]
pub(crate) struct Watched {
    pub(crate) pods: u64,
    /// Failures although a valid token was possible.
    pub(crate) failures: Vec<String>,
}

impl Watching {
    pub(crate) fn new(client: &Client, aws: &Aws) -> Self {
        Self {
            pods: Api::all(client.clone()),
            aws: aws.clone(),
        }
    }

    pub(crate) async fn until(self, end: Instant) -> Watched {
        let mut names = BTreeSet::new();
        let mut watched = Watched::default();
        let events = watcher(self.pods, watcher::Config::default()).default_backoff();
        let pods = events.applied_objects();
        pin_mut!(pods);
        // The last pod may start with the month's last minute.
        while let Ok(Some(event)) = timeout_at(end + 10 * MINUTE, pods.next()).await {
            match event {
                Ok(pod) => {
                    names.extend(pod.metadata.name);
                }
                Err(error) if self.aws.made_a_token_possible() => {
                    watched.failures.push(error.to_string());
                }
                Err(_) => {}
            }
        }
        watched.pods = names.len().try_into().unwrap();
        watched
    }
}
