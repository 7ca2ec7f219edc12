//! Renewing tokens before they are needed.

mod policy;
mod schedule;

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::sync::Mutex;

pub use policy::RefreshPolicy;

use schedule::Schedule;

/// Renews the tokens of any number of [`TokenSource`](crate::TokenSource)s in the background, with one
/// task and one timer.
///
/// - The task starts with the first token of the first source, in the tokio runtime of whoever asks for
///   it, and ends with the last source. Should that runtime end earlier, the task starts again in the
///   next one in which a token is signed.
/// - It never waits for one source to serve another: a provider that hangs holds up nobody.
/// - Times are spread by jitter and rounded up to whole seconds, so that thousands of sources wake it
///   once a second at most. Only the first few attempts after a failure are not rounded.
///
/// Clones share everything, and dropping them changes nothing: the sources keep what they need.
///
/// # Examples
///
/// ```
/// use aws_credential_types::Credentials;
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth::token::{ClusterId, EndpointOptions, Region, StsEndpoint};
/// use eksauth::{RefreshPolicy, Refresher, TokenSource};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", None, None, "example");
/// let refresher = Refresher::new(RefreshPolicy::default());
/// let endpoint = StsEndpoint::new(&Region::new("eu-west-1")?, EndpointOptions::default());
/// let source =
///     TokenSource::new(ClusterId::new("prod")?, endpoint, credentials, SystemTimeSource::new())
///         .refreshed_by(&refresher);
/// // From the first token on, there is always one in hand.
/// source.token().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Refresher {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    policy: RefreshPolicy,
    schedule: Mutex<Schedule>,
    changed: Notify,
}

/// What can be renewed.
pub(crate) trait Refresh: Send + Sync {
    /// Renews, or says what must be waited for first. Plans the next time either way.
    fn refresh(self: Arc<Self>) -> Refreshing;
}

pub(crate) enum Refreshing {
    Done,
    /// Keeps nothing alive that its user has dropped.
    Waiting(BoxFuture<'static, ()>),
}

/// A source's place with a refresher, given up when it is dropped.
pub(crate) struct Enrolment {
    inner: Arc<Inner>,
    id: u64,
}

impl Refresher {
    /// A refresher that has nothing to do yet.
    pub fn new(policy: RefreshPolicy) -> Self {
        let inner = Inner {
            policy,
            ..Inner::default()
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    pub(crate) fn enrol(&self, source: Weak<dyn Refresh>) -> Enrolment {
        Enrolment {
            inner: Arc::clone(&self.inner),
            id: self.inner.schedule.lock().enrol(source),
        }
    }
}

impl Enrolment {
    pub(crate) fn policy(&self) -> &RefreshPolicy {
        &self.inner.policy
    }

    /// Renews after this time, whatever was planned before.
    pub(crate) fn plan(&self, delay: Duration) {
        self.reschedule(|it, now| it.plan(self.id, now, delay));
    }

    /// The same, after a failure: a nudge does not hurry it.
    pub(crate) fn plan_retry(&self, delay: Duration) {
        self.reschedule(|it, now| it.plan_retry(self.id, now, delay));
    }

    /// Renews after this time, if nothing is planned although a refresh has ended.
    pub(crate) fn settle(&self, delay: Duration) {
        self.reschedule(|it, now| it.settle(self.id, now, delay));
    }

    /// Renews at once, unless that is under way, or has failed and is planned.
    pub(crate) fn nudge(&self) {
        self.reschedule(|it, now| it.nudge(self.id, now));
    }

    fn reschedule(&self, change: impl FnOnce(&mut Schedule, Instant) -> bool) {
        let mut schedule = self.inner.schedule.lock();
        let wakes_up = change(&mut schedule, Instant::now());
        let run = self.inner.run_if_idle(&mut schedule);
        // A runtime that is shutting down drops what it is given at once, and that takes the lock.
        drop(schedule);
        if wakes_up {
            self.inner.changed.notify_one();
        }
        if let Some((runtime, run)) = run {
            runtime.spawn(run.work());
        }
    }
}

impl Drop for Enrolment {
    fn drop(&mut self) {
        // The source itself is being dropped, so nothing is dropped under the lock.
        if self.inner.schedule.lock().forget(self.id) {
            self.inner.changed.notify_one();
        }
    }
}

impl Inner {
    /// A task to start, and where. Outside of a runtime nothing starts; the next plan, made in one,
    /// does it.
    fn run_if_idle(self: &Arc<Self>, schedule: &mut Schedule) -> Option<(Handle, Run)> {
        if schedule.is_run() {
            return None;
        }
        let runtime = Handle::try_current().ok()?;
        let run = Run {
            inner: Arc::clone(self),
            number: schedule.run_starts(Instant::now()),
        };
        Some((runtime, run))
    }
}

/// The task.
struct Run {
    inner: Arc<Inner>,
    /// Tells it from the next one.
    number: u64,
}

impl Run {
    async fn work(self) {
        let mut waiting = FuturesUnordered::new();
        loop {
            let due = self.inner.schedule.lock().take_due(Instant::now());
            for source in due {
                if let Refreshing::Waiting(answer) = source.refresh() {
                    waiting.push(answer);
                }
            }
            let next = {
                let mut schedule = self.inner.schedule.lock();
                if schedule.is_empty() {
                    schedule.run_ends(self.number);
                    return;
                }
                schedule.fall_asleep()
            };
            tokio::select! {
                () = reach(next) => {}
                () = self.inner.changed.notified() => {}
                Some(()) = waiting.next() => {}
            }
        }
    }
}

impl Drop for Run {
    /// Also when the runtime is shut down.
    fn drop(&mut self) {
        self.inner.schedule.lock().run_ends(self.number);
    }
}

async fn reach(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

impl fmt::Debug for Refresher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresher")
            .field("policy", &self.inner.policy)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
