//! Writes down at each object what has become of it.

mod announced;
mod queue;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use kube::api::{Patch, PatchParams};
use kube::runtime::controller::{self, Action, applier};
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use kube::{Api, Client, Resource, ResourceExt};
use serde_json::json;

use super::IamIdentityMapping;
use super::entry::Received;
use crate::LeaderElection;
use crate::foreign_text::chain;
use crate::until::until;
use announced::Announced;
use queue::queue;
use verdict::{Verdict, verdict};

/// Objects that are worked on at the same time.
const WORKERS: u16 = 2;
/// Before another try at an object whose status could not be written, beside up to as much again.
const RETRY: Duration = Duration::from_secs(60);
/// Who the API server says has written the status and made the events.
const NAME: &str = "eksauth";

/// Writes `status.canonicalARN` of all [`IamIdentityMapping`] objects, and tells by events.
///
/// [`IdentityMappingWatch`](crate::IdentityMappingWatch) needs none of it. It is for people who look
/// at the objects, and for programs that look at the status, such as aws-iam-authenticator.
///
/// The status is written only where it changes. An ARN that is that of no principal has no canonical
/// ARN, and one that stands there from before is removed. Each change makes an event, `Synced` or
/// `Invalid`; so does each invalid object that is found at the start.
///
/// Several controllers at the same time write the same and do not disturb each other, so each works
/// on its own. An [election](Self::with_leader_election) makes one of them work for all, which spares
/// the API server a watch, and people an event, for each of the others.
///
/// It needs to `list` and `watch` `iamidentitymappings.iamauthenticator.k8s.aws`, to `patch`
/// `iamidentitymappings/status`, and to `create` and `patch` `events` of `events.k8s.io` in the
/// namespace `default`. An election needs what [`LeaderElection`] says besides.
#[derive(Clone)]
pub struct StatusController {
    client: Client,
    election: Option<LeaderElection>,
}

impl StatusController {
    /// Works with this client, which should be one that stays logged in.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            election: None,
        }
    }

    /// Works only while it leads.
    #[must_use]
    pub fn with_leader_election(self, election: LeaderElection) -> Self {
        Self {
            election: Some(election),
            ..self
        }
    }

    /// Works until `stop` is done. What goes wrong is logged and tried again.
    ///
    /// At the end, it takes no time without an election; with one, a second at most, in which the
    /// Lease is given back.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let Self { client, election } = self;
        let work = || work(client.clone());
        match election {
            None => until(stop, work()).await,
            Some(election) => election.run(client.clone(), work, stop).await,
        }
    }
}

async fn work(client: Client) {
    let (store, queue) = queue(Api::all(client.clone()));
    let reconcile = |object, worker| Worker::reconcile(object, worker).boxed();
    let worker = Arc::new(Worker::new(client));
    let config = controller::Config::default().concurrency(WORKERS);
    applier(reconcile, Worker::after, worker, store, queue, config)
        .for_each(|outcome| async {
            match outcome {
                // One that was deleted meanwhile needs no status.
                Ok(_) | Err(controller::Error::ObjectNotFound(_)) => {}
                Err(error) => {
                    tracing::warn!(error = chain(&error), "no status of an IAMIdentityMapping");
                }
            }
        })
        .await;
}

struct Worker {
    objects: Api<IamIdentityMapping>,
    events: Recorder,
    announced: Announced,
}

/// Why a status could not be written.
#[derive(Debug, thiserror::Error)]
#[error("expected to write the status of IAMIdentityMapping `{name}`, but could not")]
struct NotWritten {
    name: String,
    source: kube::Error,
}

impl Worker {
    fn new(client: Client) -> Self {
        let reporter = Reporter {
            controller: NAME.to_owned(),
            instance: None,
        };
        Self {
            objects: Api::all(client.clone()),
            events: Recorder::new(client, reporter),
            announced: Announced::default(),
        }
    }

    async fn reconcile(object: Arc<Received>, worker: Arc<Self>) -> Result<Action, NotWritten> {
        // One that cannot be read has no status that could be compared. The watch tells of it.
        if let Ok(object) = &object.0 {
            match verdict(object) {
                Verdict::Written => worker.announced.forget(object),
                Verdict::Synced { arn } => {
                    worker.write(object, Some(&arn)).await?;
                    worker.announced.forget(object);
                    worker.tell(object, EventType::Normal, "Synced", arn).await;
                }
                Verdict::Invalid { why, stale } => {
                    if stale {
                        worker.write(object, None).await?;
                    }
                    if worker.announced.is_new(object) {
                        worker
                            .tell(object, EventType::Warning, "Invalid", why)
                            .await;
                    }
                }
            }
        }
        Ok(Action::await_change())
    }

    fn after(_: Arc<Received>, _: &NotWritten, _: Arc<Self>) -> Action {
        Action::requeue(RETRY.mul_f64(1.0 + fastrand::f64()))
    }

    /// With the version that was judged: what is written about an older one would be wrong.
    async fn write(
        &self,
        object: &IamIdentityMapping,
        canonical_arn: Option<&str>,
    ) -> Result<(), NotWritten> {
        let name = object.name_any();
        let patch = Patch::Merge(json!({
            "metadata": { "resourceVersion": object.resource_version() },
            "status": { "canonicalARN": canonical_arn },
        }));
        let params = PatchParams {
            field_manager: Some(NAME.to_owned()),
            ..PatchParams::default()
        };
        let written = self.objects.patch_status(&name, &params, &patch).await;
        match written {
            Ok(_) => Ok(()),
            Err(source) => Err(NotWritten { name, source }),
        }
    }

    /// Events are a courtesy: a status that is written is not written again for one.
    async fn tell(
        &self,
        object: &IamIdentityMapping,
        type_: EventType,
        reason: &str,
        note: String,
    ) {
        let event = Event {
            type_,
            reason: reason.to_owned(),
            note: Some(note),
            action: "Canonicalise".to_owned(),
            secondary: None,
        };
        if let Err(error) = self.events.publish(&event, &object.object_ref(&())).await {
            tracing::debug!(
                error = chain(&error),
                "no event about an IAMIdentityMapping"
            );
        }
    }
}
