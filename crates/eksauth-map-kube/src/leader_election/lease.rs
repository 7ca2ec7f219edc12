//! The Lease, and what is seen of its holder.

use std::time::Duration;

use aws_smithy_async::time::SharedTimeSource;
use k8s_openapi::api::coordination::v1::{Lease as Object, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff::Timestamp;
use kube::api::PostParams;
use kube::core::ObjectMeta;
use kube::{Api, Client};
use tokio::time::{Instant, timeout};

use super::{LEASE_DURATION, LeaderElection};
use crate::foreign_text::chain;

/// How long reading or writing the Lease may take.
const ANSWER_DEADLINE: Duration = Duration::from_secs(5);

/// What has come of a try to take the Lease, or to renew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Held,
    ByAnother,
    /// The API server does not say, or somebody else wrote at the same time.
    Unknown,
}

pub(super) struct Lease {
    api: Api<Object>,
    identity: String,
    time_source: SharedTimeSource,
    seen: Option<Seen>,
    /// So that an outage is one line of the log.
    fails: bool,
}

/// The Lease, and since when its spec is this one.
struct Seen {
    object: Object,
    since: Instant,
}

impl Lease {
    pub(super) fn new(client: Client, election: LeaderElection) -> Self {
        Self {
            api: Api::namespaced(client, &election.namespace),
            identity: election.identity,
            time_source: election.time_source,
            seen: None,
            fails: false,
        }
    }

    /// Takes the Lease, or renews it, unless another holds it.
    pub(super) async fn take(&mut self) -> Taken {
        let why = match timeout(ANSWER_DEADLINE, self.try_take()).await {
            Ok(Ok(taken)) => {
                self.fails = false;
                return taken;
            }
            Ok(Err(error)) => chain(&error),
            Err(_) => "there is no answer within 5 seconds".to_owned(),
        };
        if !self.fails {
            tracing::warn!(error = why, "cannot read or write the Lease of the leader");
        }
        self.fails = true;
        Taken::Unknown
    }

    /// What is written carries the version that was read, so that one of several comes first.
    async fn try_take(&mut self) -> kube::Result<Taken> {
        let found = self.api.get_opt(LeaderElection::LEASE_NAME).await?;
        let params = PostParams::default();
        let written = match found {
            Some(found) => {
                if self.is_of_another(&found) {
                    return Ok(Taken::ByAnother);
                }
                let name = LeaderElection::LEASE_NAME;
                let mine = self.mine(found);
                self.api.replace(name, &params, &mine).await
            }
            None => self.api.create(&params, &self.mine(unheld())).await,
        };
        match written {
            Ok(object) => {
                self.see(object);
                Ok(Taken::Held)
            }
            Err(kube::Error::Api(status)) if status.is_conflict() || status.is_already_exists() => {
                Ok(Taken::Unknown)
            }
            Err(error) => Err(error),
        }
    }

    /// Lets others take it at once, if it is held.
    pub(super) async fn release(&mut self) {
        let Some(Seen { object, .. }) = self.seen.take() else {
            return;
        };
        if !self.is_mine(&object) {
            return;
        }
        let released = Object {
            spec: Some(LeaseSpec {
                holder_identity: None,
                renew_time: self.now(),
                ..object.spec.unwrap_or_default()
            }),
            ..object
        };
        let name = LeaderElection::LEASE_NAME;
        let params = PostParams::default();
        if let Err(error) = self.api.replace(name, &params, &released).await {
            tracing::debug!(error = chain(&error), "could not give back the Lease");
        }
    }

    /// A spec that changes shows that its holder lives, whatever time it says.
    fn is_of_another(&mut self, found: &Object) -> bool {
        if holder(found).is_none() || self.is_mine(found) {
            return false;
        }
        let seen = self.seen.as_ref();
        match seen.filter(|seen| seen.object.spec == found.spec) {
            Some(seen) => seen.since.elapsed() < duration(found),
            None => {
                self.see(found.clone());
                true
            }
        }
    }

    fn see(&mut self, object: Object) {
        self.seen = Some(Seen {
            object,
            since: Instant::now(),
        });
    }

    fn is_mine(&self, object: &Object) -> bool {
        holder(object) == Some(&self.identity)
    }

    fn mine(&self, object: Object) -> Object {
        let renewed = self.is_mine(&object);
        let before = object.spec.unwrap_or_default();
        let (acquire_time, lease_transitions) = match (renewed, before.lease_transitions) {
            (true, transitions) => (before.acquire_time, transitions),
            (false, Some(transitions)) => (self.now(), Some(transitions.saturating_add(1))),
            (false, None) => (self.now(), Some(0)),
        };
        let spec = LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: i32::try_from(LEASE_DURATION.as_secs()).ok(),
            renew_time: self.now(),
            acquire_time,
            lease_transitions,
            ..before
        };
        Object {
            spec: Some(spec),
            ..object
        }
    }

    fn now(&self) -> Option<MicroTime> {
        let now = Timestamp::try_from(self.time_source.now());
        now.ok().map(MicroTime)
    }
}

fn unheld() -> Object {
    Object {
        metadata: ObjectMeta {
            name: Some(LeaderElection::LEASE_NAME.to_owned()),
            ..ObjectMeta::default()
        },
        ..Object::default()
    }
}

fn holder(object: &Object) -> Option<&String> {
    let holder = object.spec.as_ref()?.holder_identity.as_ref()?;
    (!holder.is_empty()).then_some(holder)
}

/// How long it is of its holder after the last sign of life.
fn duration(object: &Object) -> Duration {
    let seconds = object
        .spec
        .as_ref()
        .and_then(|spec| spec.lease_duration_seconds);
    match seconds {
        Some(seconds) => Duration::from_secs(u64::try_from(seconds).unwrap_or(0)),
        None => LEASE_DURATION,
    }
}
