//! The mappings of all objects, as they change.

use std::mem;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::pin::pin;

use eksauth_map::Matching;
use futures_util::StreamExt;
use kube::{Api, Client};
use tokio::task::spawn_blocking;

use super::entry::{Entry, Received};
use super::objects::Objects;
use super::pace::Pace;
use crate::list_watch::{Change, changes};
use crate::until::until;
use crate::update::Update;

/// Follows all [`IamIdentityMapping`](crate::IamIdentityMapping) objects.
///
/// A mapping counts by `spec.arn` as soon as it is there, and no longer than that: the status is
/// not looked at, so nobody has to write it, and one that is behind lets nobody in. Case does not
/// matter in ARNs, and that of a role's session stands for the role.
///
/// An object that cannot be used is left out and told by its name. Of several about one principal,
/// the oldest counts, and the first by name if they are of the same second; the others are told.
///
/// What was told stays in use while the API server does not answer. It needs to `list` and `watch`
/// `iamidentitymappings.iamauthenticator.k8s.aws`.
///
/// # Examples
///
/// ```no_run
/// use eksauth_map::{BackendMode, Matching};
/// use eksauth_map_kube::{IdentityMappingWatch, Update};
///
/// # async fn example(client: kube::Client, stop: tokio::sync::oneshot::Receiver<()>) {
/// let matching = Matching::of(BackendMode::Crd);
/// IdentityMappingWatch::new(client, matching)
///     .run(
///         |update| match update {
///             Update::Mappings(snapshot) => println!("{} mappings", snapshot.set.len()),
///             Update::Failed(why) => eprintln!("{why}"),
///             _ => {}
///         },
///         async { drop(stop.await) },
///     )
///     .await;
/// # }
/// ```
#[derive(Clone)]
pub struct IdentityMappingWatch {
    client: Client,
    matching: Matching,
}

impl IdentityMappingWatch {
    /// Watches with this client, which should be one that stays logged in.
    pub fn new(client: Client, matching: Matching) -> Self {
        Self { client, matching }
    }

    /// Tells `sink` what there is and what changes, until `stop` is done.
    ///
    /// The first snapshot comes after the first complete list. After that, at most one comes in
    /// 100 ms, and fewer if there are so many objects that it takes its time; but what is known when
    /// nothing is heard any more is told before that is.
    pub async fn run(self, sink: impl FnMut(Update) + Send, stop: impl Future<Output = ()> + Send) {
        until(stop, self.follow(sink)).await;
    }

    async fn follow(self, sink: impl FnMut(Update) + Send) {
        let api: Api<Received> = Api::all(self.client);
        let mut changes = pin!(changes(api, None, Entry::of));
        let mut followed = Followed {
            objects: Objects::default(),
            pace: Pace::default(),
            matching: self.matching,
            sink,
        };
        while let ControlFlow::Continue(()) = followed.tell_what_is_due().await {
            let Some(change) = followed.pace.unless_due(changes.next()).await else {
                continue;
            };
            let Some(change) = change else {
                return;
            };
            if followed.take(change).await.is_break() {
                return;
            }
        }
    }
}

/// The objects, and who listens.
struct Followed<S> {
    objects: Objects,
    pace: Pace,
    matching: Matching,
    sink: S,
}

impl<S: FnMut(Update) + Send> Followed<S> {
    async fn take(&mut self, change: Change<Entry>) -> ControlFlow<()> {
        let news = match change {
            Change::Replaced(entries) => {
                self.objects = Objects::of(entries);
                true
            }
            Change::Applied(entry) => self.objects.apply(entry),
            Change::Deleted(entry) => self.objects.remove(&entry),
            Change::Failed(failure) => {
                // Mappings after a failure say that it is over.
                if self.pace.begin_if_news() {
                    self.tell().await?;
                }
                (self.sink)(Update::Failed(failure));
                false
            }
            Change::Resumed => {
                (self.sink)(Update::Resumed);
                false
            }
        };
        if news {
            self.pace.news();
        }
        ControlFlow::Continue(())
    }

    async fn tell_what_is_due(&mut self) -> ControlFlow<()> {
        match self.pace.begin_if_due() {
            true => self.tell().await,
            false => ControlFlow::Continue(()),
        }
    }

    /// Tells what there is, unless the runtime is being shut down.
    async fn tell(&mut self) -> ControlFlow<()> {
        let objects = mem::take(&mut self.objects);
        let matching = self.matching;
        // With 100,000 objects it takes so long that others on this thread would notice.
        let work = spawn_blocking(move || {
            let snapshot = objects.snapshot(matching);
            (objects, snapshot)
        });
        let snapshot;
        (self.objects, snapshot) = match work.await {
            Ok(done) => done,
            Err(panicked) if panicked.is_panic() => resume_unwind(panicked.into_panic()),
            Err(_) => return ControlFlow::Break(()),
        };
        (self.sink)(Update::Mappings(snapshot));
        self.pace.told();
        ControlFlow::Continue(())
    }
}
