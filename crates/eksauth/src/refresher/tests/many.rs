//! One process, thousands of clusters.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use super::*;

const THOUSANDS: usize = 5_000;

/// Credentials that end an hour after they were asked for, as AssumeRole gives them.
fn hourly(clock: &SimulatedTime) -> ScriptedProvider {
    let clock = clock.clone();
    ScriptedProvider::answering(move || {
        let now = clock.now().duration_since(UNIX_EPOCH).unwrap();
        Ok(lasting("ASIAONE", now.as_secs() + 3600))
    })
}

async fn many(
    count: usize,
    clock: &(impl TimeSource + Clone + 'static),
    provider: &ScriptedProvider,
) -> Vec<TokenSource> {
    let credentials = SharedCredentials::new(provider.clone(), clock.clone());
    let refresher = Refresher::default();
    let sources: Vec<_> = (0..count)
        .map(|_| source_sharing(credentials.clone(), &refresher))
        .collect();
    for source in &sources {
        source.token().await.unwrap();
    }
    sources
}

#[tokio::test(start_paused = true)]
async fn thousands_of_sources_share_one_task_and_one_provider() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = hourly(&clock);
    let sources = many(THOUSANDS, &clock, &provider).await;
    assert_eq!((alive_tasks(), provider.calls()), (1, 1));
    sleep(60 * MINUTE).await;
    assert_eq!(alive_tasks(), 1);
    assert!(provider.calls() <= 3, "{} calls", provider.calls());
    assert!(sources.iter().all(|it| age(it) <= 5 * 60 + 33));
}

/// A clock that remembers when it was asked, which each renewal does.
#[derive(Clone, Debug)]
struct Remembering {
    clock: SimulatedTime,
    asked_at: Arc<std::sync::Mutex<BTreeSet<Instant>>>,
}

impl TimeSource for Remembering {
    fn now(&self) -> SystemTime {
        self.asked_at.lock().unwrap().insert(Instant::now());
        self.clock.now()
    }
}

#[tokio::test(start_paused = true)]
async fn thousands_of_sources_wake_the_task_once_a_second_at_most() {
    let clock = SimulatedTime::at_unix(NOON);
    let remembering = Remembering {
        clock: clock.clone(),
        asked_at: Arc::default(),
    };
    let sources = many(THOUSANDS, &remembering, &hourly(&clock)).await;
    remembering.asked_at.lock().unwrap().clear();
    sleep(12 * MINUTE).await;
    let wakeups = remembering.asked_at.lock().unwrap().len();
    assert!(wakeups <= 12 * 60, "{wakeups} wakeups");
    assert!(
        wakeups > 2 * 60,
        "{wakeups} wakeups for {} sources",
        sources.len()
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_sources_survive_an_outage_without_pressing_the_provider() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let sources = many(1_000, &clock, &provider).await;
    provider.fail();
    sleep(10 * MINUTE).await;
    let asked = provider.calls();
    assert!(
        asked <= 2 * 60 * 6,
        "{asked} calls in six minutes of failures"
    );
    provider.give(long_lived("AKIAONE"));
    sleep(MINUTE).await;
    assert!(sources.iter().all(|it| age(it) <= 2 * 60));
}
