//! Thirty days of a client in one process, in simulated time: it asks once a minute and holds a watch,
//! while everything around it goes wrong now and then.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and this one tells what it has seen"
)]

mod api_server;
mod aws;
mod client;
mod plan;
mod times;

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::{Instant, sleep, sleep_until};

use api_server::ApiServer;
use aws::Aws;
use client::{Asking, Watching};
use plan::Trouble;
use times::Times;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Longer than any trouble lasts, so that the month ends well.
const QUIET_END: Duration = Duration::from_secs(8 * 60 * 60);

/// One trouble after another, with time between them to recover.
async fn go_wrong(
    random: &mut Rng,
    (times, aws, server): (&Times, &Aws, &ApiServer),
    end: Instant,
    choose: impl Fn(&mut Rng) -> Trouble,
) -> BTreeMap<&'static str, u32> {
    let mut troubles = BTreeMap::new();
    while Instant::now() < end {
        sleep(Duration::from_secs(random.u64(10 * 60..=80 * 60))).await;
        let trouble = choose(random);
        *troubles.entry(trouble.name()).or_default() += 1;
        let lasts = trouble.begins(times, aws, server);
        sleep(lasts).await;
        aws.takes_note();
        trouble.ends(times, aws);
    }
    troubles
}

async fn thirty_days(seed: u64, choose: impl Fn(&mut Rng) -> Trouble) -> Report {
    let times = Times::start();
    let (cluster, endpoint) = client::target();
    let aws = Aws::new(&times, cluster.clone(), endpoint.clone());
    let server = ApiServer::new(&aws);
    let client = client::logged_in(&aws, &server, &times, cluster, endpoint);
    let end = Instant::now() + MONTH;
    let asking = tokio::spawn(Asking::new(&client, &aws).until(end));
    let watching = tokio::spawn(Watching::new(&client, &aws).until(end));
    let starting = tokio::spawn({
        let server = server.clone();
        async move {
            while Instant::now() < end - HOUR {
                server.starts_a_pod();
                sleep(HOUR).await;
            }
        }
    });
    let mut random = Rng::with_seed(seed);
    let troubles = go_wrong(
        &mut random,
        (&times, &aws, &server),
        end - QUIET_END,
        choose,
    )
    .await;
    sleep_until(end).await;
    starting.await.unwrap();
    Report {
        troubles,
        asked: asking.await.unwrap(),
        watched: watching.await.unwrap(),
        pods: server.pods(),
        watches: server.watches(),
        refusals: server.refusals(),
        provider_calls: aws.calls(),
    }
}

struct Report {
    troubles: BTreeMap<&'static str, u32>,
    asked: client::Asked,
    watched: client::Watched,
    pods: u64,
    watches: u64,
    /// Answers with 401, to first and second attempts.
    refusals: u64,
    provider_calls: u64,
}

impl Report {
    fn print(&self, title: &str) {
        let asked = &self.asked;
        println!("{title}");
        println!(
            "  {} requests, {} failed where a valid token was possible, {} where none was",
            asked.requests,
            asked.failures.len(),
            asked.excused
        );
        println!(
            "  {} windows without a valid token, {} of them followed by a success at once",
            asked.windows, asked.recoveries
        );
        println!(
            "  {} watches, {} of {} pods seen, {} failures where a token was possible",
            self.watches,
            self.watched.pods,
            self.pods,
            self.watched.failures.len()
        );
        println!(
            "  {} answers with 401, {} calls of the provider",
            self.refusals, self.provider_calls
        );
        for (name, count) in &self.troubles {
            println!("  {count} times {name}");
        }
    }

    fn assert_logged_in(&self) {
        assert_eq!(self.asked.failures, Vec::<String>::new());
        assert_eq!(self.watched.failures, Vec::<String>::new());
        assert_eq!(self.asked.recoveries, self.asked.windows);
        assert_eq!(self.watched.pods, self.pods);
        let minutes = MONTH.as_secs() / 60;
        // Requests that wait for a provider that hangs take a minute more.
        assert!(
            self.asked.requests > minutes * 9 / 10,
            "{}",
            self.asked.requests
        );
        assert!(
            self.troubles.values().sum::<u32>() > 200,
            "{:?}",
            self.troubles
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_valid_token_bridges_nobody_notices() {
    let report = thirty_days(1, Trouble::bridged).await;
    report.print("Thirty days of troubles that a valid token bridges");
    report.assert_logged_in();
    assert_eq!(report.asked.excused, 0);
    assert_eq!(report.asked.windows, 0);
}

#[tokio::test(start_paused = true)]
async fn beyond_that_requests_fail_only_while_no_token_can_be_valid_and_the_next_one_succeeds() {
    let report = thirty_days(2, |random| match random.u8(0..4) {
        0 => Trouble::unbridged(random),
        _ => Trouble::bridged(random),
    })
    .await;
    report.print("Thirty days of troubles, some of which nothing bridges");
    report.assert_logged_in();
    assert!(report.asked.windows > 20, "{}", report.asked.windows);
    assert!(report.asked.excused > report.asked.windows);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_day_needs_a_provider_call_in_three_quarters_of_an_hour_and_no_second_attempt() {
    let times = Times::start();
    let (cluster, endpoint) = client::target();
    let aws = Aws::new(&times, cluster.clone(), endpoint.clone());
    let server = ApiServer::new(&aws);
    let client = client::logged_in(&aws, &server, &times, cluster, endpoint);
    let asked = Asking::new(&client, &aws).until(Instant::now() + DAY).await;
    assert_eq!(asked.failures, Vec::<String>::new());
    assert_eq!(server.refusals(), 0);
    assert!((26..=34).contains(&aws.calls()), "{}", aws.calls());
}
