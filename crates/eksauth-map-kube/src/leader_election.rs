//! One of several processes works, the others stand by.

mod lease;

use std::pin::pin;
use std::time::Duration;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use futures_util::future::{Either, select};
use kube::Client;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use lease::{Lease, Taken};

/// How long others wait after they have last seen a sign of life.
const LEASE_DURATION: Duration = Duration::from_secs(15);
/// Whoever could not renew the Lease for so long works no more, well before another begins.
const RENEW_DEADLINE: Duration = Duration::from_secs(10);
/// Between two looks at the Lease, beside up to as much again by chance.
const BETWEEN_TRIES: Duration = Duration::from_secs(2);
/// How long the Lease is given back at the end, for which nobody should have to wait.
const RELEASE_DEADLINE: Duration = Duration::from_secs(1);

/// An election among several processes: whoever holds the `Lease`
/// `eksauth-identity-mapping-status` works, the others stand by.
///
/// The holder renews it every two to four seconds. If it cannot for ten seconds, it stops to work.
/// The others take the Lease when they have seen no sign of life for as long as it says, which is 15
/// seconds. They count these by a clock that nobody sets, from when they saw it last, so it does not
/// matter whether the clocks of the machines agree. Whoever ends in order gives the Lease back.
///
/// As with every Lease, a request that is under way when leadership is lost may still arrive while
/// another leads.
///
/// It needs to `get` and `update` this Lease of `coordination.k8s.io`, and to `create` leases, in
/// its namespace.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth_map_kube::{LeaderElection, StatusController};
///
/// # fn example(client: kube::Client, pod_name: &str) -> StatusController {
/// let election = LeaderElection::new("kube-system", pod_name, SystemTimeSource::new());
/// StatusController::new(client).with_leader_election(election)
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LeaderElection {
    namespace: String,
    identity: String,
    time_source: SharedTimeSource,
}

impl LeaderElection {
    /// The name of the Lease, for who grants rights to it.
    pub const LEASE_NAME: &str = "eksauth-identity-mapping-status";

    /// Takes part by the name `identity`, which no other process may have at the same time: a pod's
    /// name, for example. The Lease is in this namespace. `time_source` says what is written into it
    /// for people to read.
    pub fn new(
        namespace: impl Into<String>,
        identity: impl Into<String>,
        time_source: impl TimeSource + 'static,
    ) -> Self {
        Self {
            namespace: namespace.into(),
            identity: identity.into(),
            time_source: SharedTimeSource::new(time_source),
        }
    }

    /// Does `work` whenever this process leads, until `stop` is done.
    pub(crate) async fn run<W: Future<Output = ()>>(
        self,
        client: Client,
        work: impl Fn() -> W,
        stop: impl Future<Output = ()>,
    ) {
        let mut lease = Lease::new(client, self);
        {
            let terms = pin!(terms(&mut lease, work));
            select(pin!(stop), terms).await;
        }
        // Whatever was done is dropped by now, so another may begin.
        let _ = timeout(RELEASE_DEADLINE, lease.release()).await;
    }
}

async fn terms<W: Future<Output = ()>>(lease: &mut Lease, work: impl Fn() -> W) {
    loop {
        let renewed = acquire(lease).await;
        tracing::info!("leads: writes the status of IAMIdentityMapping objects");
        match select(pin!(work()), pin!(keep(lease, renewed))).await {
            Either::Left(((), _)) => return,
            Either::Right(((), _)) => tracing::warn!("leads no more, and stands by"),
        }
    }
}

/// Returns once the Lease is held, with the time since when nobody can have taken it.
async fn acquire(lease: &mut Lease) -> Instant {
    loop {
        let asked = Instant::now();
        if lease.take().await == Taken::Held {
            return asked;
        }
        pause().await;
    }
}

/// Returns when the Lease is lost.
async fn keep(lease: &mut Lease, mut renewed: Instant) {
    loop {
        let renewal = pin!(renew(lease));
        match select(renewal, pin!(sleep_until(renewed + RENEW_DEADLINE))).await {
            Either::Left((Some(asked), _)) => renewed = asked,
            Either::Left((None, _)) | Either::Right(_) => return,
        }
    }
}

/// When the renewal was asked for; nothing if another holds the Lease.
async fn renew(lease: &mut Lease) -> Option<Instant> {
    loop {
        pause().await;
        let asked = Instant::now();
        match lease.take().await {
            Taken::Held => return Some(asked),
            Taken::ByAnother => return None,
            Taken::Unknown => {}
        }
    }
}

async fn pause() {
    sleep(BETWEEN_TRIES.mul_f64(1.0 + fastrand::f64())).await;
}
