//! One size of the fleet, in a process of its own, under a clock of its own.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use eksauth_kube::AuthLayer;
use eksauth_kube::eksauth::{Refresher, SharedCredentials, TokenSource};
use eksauth_kube::kube::client::ClientBuilder;
use eksauth_kube::kube::config::{KubeConfigOptions, Kubeconfig};
use eksauth_kube::kube::{Client, Config};
use eksauth_testing::{ApiServer, SimulatedTime};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::process;
use crate::source::{self, Sessions};

const HOUR: Duration = Duration::from_secs(3600);

/// What there is for each cluster.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Source,
    Client,
    ClientOfKube,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Source, Self::Client, Self::ClientOfKube];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Client => "client",
            Self::ClientOfKube => "client-of-kube",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Source => "TokenSource",
            Self::Client => "kube::Client with AuthLayer",
            Self::ClientOfKube => "kube::Client with a static token",
        }
    }
}

/// What a fleet used, in all hours together.
pub(crate) struct Use {
    pub(super) kib: i64,
    pub(super) kib_later: i64,
    pub(super) wake_ups: u64,
    pub(super) cpu_micros: u64,
    pub(super) provider_calls: u64,
}

impl Use {
    pub(super) fn parse(line: &str) -> Option<Self> {
        let numbers = line.split_whitespace().map(|it| it.parse());
        let numbers: Vec<i64> = numbers.collect::<Result<_, _>>().ok()?;
        let [kib, kib_later, wake_ups, cpu_micros, provider_calls] = numbers[..] else {
            return None;
        };
        Some(Self {
            kib,
            kib_later,
            wake_ups: wake_ups as u64,
            cpu_micros: cpu_micros as u64,
            provider_calls: provider_calls as u64,
        })
    }

    fn print(&self) {
        let Self {
            kib,
            kib_later,
            wake_ups,
            cpu_micros,
            provider_calls,
        } = self;
        println!("{kib} {kib_later} {wake_ups} {cpu_micros} {provider_calls}");
    }
}

/// Prints what it used, or nothing where that is not to be known.
pub(crate) fn act(words: &[String]) {
    let [kind, count, hours] = words else {
        panic!("expected what, how many and for how long, but found {words:?}");
    };
    let kind = Kind::ALL.into_iter().find(|it| it.word() == kind).unwrap();
    let (count, hours) = (count.parse().unwrap(), hours.parse().unwrap());
    let wake_ups = Arc::new(AtomicU64::new(0));
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_unpark({
            let wake_ups = Arc::clone(&wake_ups);
            move || {
                wake_ups.fetch_add(1, Ordering::Relaxed);
            }
        })
        .build()
        .unwrap();
    let used = runtime.block_on(idle(kind, count, hours, &wake_ups));
    used.inspect(Use::print);
}

async fn idle(kind: Kind, count: usize, hours: u32, wake_ups: &AtomicU64) -> Option<Use> {
    let fleet = Fleet::new().await;
    // Whatever is made with the first: not a cluster's.
    let first = fleet.member(kind, "the-first").await;
    sleep(HOUR).await;
    drop(first);

    let before = process::resident()?;
    let mut members = Vec::with_capacity(count);
    for number in 0..count {
        members.push(fleet.member(kind, &format!("cluster-{number}")).await);
    }
    let made = process::resident()?;

    let woken = wake_ups.load(Ordering::Relaxed);
    let (calls, cpu) = (fleet.sessions.calls(), process::cpu_time()?);
    sleep(HOUR * hours).await;
    let growth = |now: u64| now as i64 - before as i64;
    Some(Use {
        kib: growth(made),
        kib_later: growth(process::resident()?),
        wake_ups: wake_ups.load(Ordering::Relaxed) - woken,
        cpu_micros: (process::cpu_time()? - cpu).as_micros() as u64,
        provider_calls: (fleet.sessions.calls() - calls) as u64,
    })
}

/// What all clusters share.
struct Fleet {
    sessions: Sessions,
    credentials: SharedCredentials,
    refresher: Refresher,
    /// Of a server that nobody asks.
    config: Config,
    _server: ApiServer,
}

impl Fleet {
    async fn new() -> Self {
        let time = SimulatedTime::at_unix(1_795_521_600);
        let sessions = Sessions::lasting_an_hour(time.shared());
        let server = ApiServer::start();
        let kubeconfig = Kubeconfig::from_yaml(&server.kubeconfig(json!({}))).unwrap();
        let options = KubeConfigOptions::default();
        Self {
            credentials: SharedCredentials::new(sessions.clone(), time),
            sessions,
            refresher: Refresher::default(),
            config: Config::from_custom_kubeconfig(kubeconfig, &options)
                .await
                .unwrap(),
            _server: server,
        }
    }

    async fn member(&self, kind: Kind, cluster: &str) -> Box<dyn Any> {
        match kind {
            Kind::Source => Box::new(self.source(cluster).await),
            Kind::Client => {
                let source = self.source(cluster).await;
                let builder = ClientBuilder::try_from(self.config.clone()).unwrap();
                Box::new(builder.with_layer(&AuthLayer::new(source)).build())
            }
            Kind::ClientOfKube => {
                let mut config = self.config.clone();
                let token = self.source(cluster).await.token().await.unwrap();
                config.auth_info.token = Some(token.expose().to_owned().into());
                Box::new(Client::try_from(config).unwrap())
            }
        }
    }

    /// With its first token.
    async fn source(&self, cluster: &str) -> TokenSource {
        let source = source::source(cluster, &self.credentials).refreshed_by(&self.refresher);
        source.token().await.unwrap();
        source
    }
}
