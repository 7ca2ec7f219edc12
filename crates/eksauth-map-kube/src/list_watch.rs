//! Follows the objects of one kind: a list, then a watch that goes on where the list ended.
//!
//! It is written here, because every request needs an end of its own, and every watch that ends
//! too soon a pause behind it.

mod failure;

use std::fmt::Debug;
use std::mem;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use kube::api::{Api, ListParams, WatchEvent, WatchParams};
use kube::runtime::utils::Backoff;
use kube::runtime::watcher::DefaultBackoff;
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

pub use failure::WatchFailure;

/// How long one page of a list, or the beginning of a watch, may take.
const ANSWER_DEADLINE: Duration = Duration::from_secs(30);
/// After how many seconds the server is asked to end a watch. kube accepts less than 295.
const WATCH_SECONDS: u32 = 290;
/// A watch that the server should have ended is on a connection that is gone.
const SILENCE: Duration = Duration::from_secs(WATCH_SECONDS as u64 + 5);
/// A watch that ends sooner is not followed by the next one without a pause.
const SHORT: Duration = Duration::from_secs(1);
/// Objects in one answer to a list.
const PAGE: u32 = 500;

/// What has become of the objects.
#[derive(Debug)]
pub(crate) enum Change<T> {
    /// These exist now, and no others.
    Replaced(Vec<T>),
    /// One was made or changed.
    Applied(T),
    /// One was deleted.
    Deleted(T),
    /// Nothing is known about changes until the next `Replaced` or `Resumed`.
    Failed(WatchFailure),
    /// The watch goes on where it was when it failed.
    Resumed,
}

/// The changes of the objects, without an end. `keep` takes from an object what is needed, so that
/// the rest of a long list does not stay in memory.
pub(crate) fn changes<K, T>(
    api: Api<K>,
    field_selector: Option<&str>,
    keep: fn(K) -> T,
) -> impl Stream<Item = Change<T>> + Send + use<K, T>
where
    K: Resource + Clone + DeserializeOwned + Debug + Send + Sync + 'static,
    T: Send + 'static,
{
    let list_watch = ListWatch {
        api,
        field_selector: field_selector.map(str::to_owned),
        keep,
        state: State::Unlisted,
        backoff: DefaultBackoff::default(),
        pause: None,
        has_failed: false,
    };
    stream::unfold(list_watch, |mut list_watch| async {
        let change = list_watch.next().await;
        Some((change, list_watch))
    })
}

struct ListWatch<K, T> {
    api: Api<K>,
    field_selector: Option<String>,
    keep: fn(K) -> T,
    state: State<K>,
    backoff: DefaultBackoff,
    /// Before the next request.
    pause: Option<Duration>,
    /// Since the last list or watch that was answered.
    has_failed: bool,
}

enum State<K> {
    Unlisted,
    /// Everything up to a version is known.
    Known {
        version: String,
    },
    Watching(Watching<K>),
}

struct Watching<K> {
    version: String,
    since: Instant,
    events: BoxStream<'static, kube::Result<WatchEvent<K>>>,
}

impl<K, T> ListWatch<K, T>
where
    K: Resource + Clone + DeserializeOwned + Debug + Send + Sync + 'static,
{
    async fn next(&mut self) -> Change<T> {
        loop {
            if let Some(pause) = self.pause.take() {
                tokio::time::sleep(pause).await;
            }
            // Whatever fails without saying where to go on is followed by a new list.
            let step = match mem::replace(&mut self.state, State::Unlisted) {
                State::Unlisted => self.list().await.map(Some),
                State::Known { version } => self.watch(version).await.map(|()| self.resumed()),
                State::Watching(watching) => self.listen(watching).await,
            };
            match step {
                Ok(Some(change)) => return change,
                Ok(None) => {}
                Err(failure) => {
                    self.has_failed = true;
                    self.pause = self.backoff.next();
                    return Change::Failed(failure);
                }
            }
        }
    }

    /// Without a version in the request, so that the answer is no older than the question.
    async fn list(&mut self) -> Result<Change<T>, WatchFailure> {
        let mut params = ListParams {
            field_selector: self.field_selector.clone(),
            ..ListParams::default().limit(PAGE)
        };
        let mut kept = Vec::new();
        loop {
            let page = in_time(self.api.list(&params)).await?;
            kept.extend(page.items.into_iter().map(self.keep));
            params.continue_token = page.metadata.continue_.filter(|token| !token.is_empty());
            if params.continue_token.is_none() {
                let version = known(page.metadata.resource_version)?;
                self.state = State::Known { version };
                self.has_failed = false;
                return Ok(Change::Replaced(kept));
            }
        }
    }

    async fn watch(&mut self, version: String) -> Result<(), WatchFailure> {
        let params = WatchParams {
            field_selector: self.field_selector.clone(),
            ..WatchParams::default().timeout(WATCH_SECONDS)
        };
        match in_time(self.api.watch(&params, &version)).await {
            Ok(events) => {
                self.state = State::Watching(Watching {
                    version,
                    since: Instant::now(),
                    events: events.boxed(),
                });
                Ok(())
            }
            Err(failure) => Err(self.go_on_from(version, failure)),
        }
    }

    fn resumed(&mut self) -> Option<Change<T>> {
        mem::take(&mut self.has_failed).then_some(Change::Resumed)
    }

    async fn listen(
        &mut self,
        mut watching: Watching<K>,
    ) -> Result<Option<Change<T>>, WatchFailure> {
        match timeout(SILENCE, watching.events.next()).await {
            Ok(Some(Ok(event))) => self.take(event, watching),
            Ok(Some(Err(error))) => {
                Err(self.go_on_from(watching.version, WatchFailure::of(&error)))
            }
            Ok(None) if watching.since.elapsed() < SHORT => {
                Err(self.go_on_from(watching.version, WatchFailure::ClosedAtOnce))
            }
            Ok(None) => {
                self.state = State::Known {
                    version: watching.version,
                };
                Ok(None)
            }
            Err(_) => Err(self.go_on_from(watching.version, WatchFailure::Silent)),
        }
    }

    fn take(
        &mut self,
        event: WatchEvent<K>,
        mut watching: Watching<K>,
    ) -> Result<Option<Change<T>>, WatchFailure> {
        let (version, change) = match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => (
                object.resource_version(),
                Some(Change::Applied((self.keep)(object))),
            ),
            WatchEvent::Deleted(object) => (
                object.resource_version(),
                Some(Change::Deleted((self.keep)(object))),
            ),
            WatchEvent::Bookmark(bookmark) => (Some(bookmark.metadata.resource_version), None),
            WatchEvent::Error(status) => return Err(WatchFailure::refused(&status)),
        };
        watching.version = known(version)?;
        self.state = State::Watching(watching);
        self.backoff.reset();
        Ok(change)
    }

    /// A connection that broke has not lost the place. Only an answer of the server can say that,
    /// and after one that is not understood nobody knows what it was.
    fn go_on_from(&mut self, version: String, failure: WatchFailure) -> WatchFailure {
        if failure.keeps_the_place() {
            self.state = State::Known { version };
        }
        failure
    }
}

async fn in_time<T>(answer: impl Future<Output = kube::Result<T>>) -> Result<T, WatchFailure> {
    match timeout(ANSWER_DEADLINE, answer).await {
        Ok(answer) => answer.map_err(|error| WatchFailure::of(&error)),
        Err(_) => Err(WatchFailure::NoAnswer),
    }
}

fn known(version: Option<String>) -> Result<String, WatchFailure> {
    version
        .filter(|version| !version.is_empty())
        .ok_or(WatchFailure::NoVersion)
}
