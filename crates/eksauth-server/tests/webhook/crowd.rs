//! Many who do nothing.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use eksauth_server::WebhookLimits;
use tokio::net::TcpStream;

use crate::client::{BOTH, Protocol, Raw};
use crate::scene::{Scene, Served, review};
use crate::stopped_time::StoppedTime;

/// As many idle connections as nobody should have.
const CROWD: usize = 10_000;

/// Of these, so many have shaken hands, half of them in each protocol.
const SHAKEN: usize = 200;

const A_MOMENT: Duration = Duration::from_millis(10);

/// File descriptors for everything else that is open.
const OTHERS: u64 = 1_000;

/// How many connections there can be: both ends of each are in this process.
#[cfg(unix)]
fn crowd(test: &str) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let needed = 2 * CROWD as u64 + OTHERS;
    let limit = getrlimit(Resource::Nofile);
    let wish = |most: u64| Rlimit {
        current: Some(needed.min(most)),
        maximum: limit.maximum.map(|it| it.max(needed.min(most))),
    };
    // Whoever may not raise the hard limit can at least have all of it.
    let _not_ours_to_raise = setrlimit(Resource::Nofile, wish(u64::MAX));
    if getrlimit(Resource::Nofile)
        .current
        .is_some_and(|it| it < needed)
    {
        let _as_it_was = setrlimit(Resource::Nofile, wish(limit.maximum.unwrap_or(u64::MAX)));
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let number = usize::try_from(files.saturating_sub(OTHERS) / 2).unwrap_or(usize::MAX);
    scaled(test, number.min(CROWD))
}

#[cfg(not(unix))]
fn crowd(test: &str) -> usize {
    scaled(test, 1_000)
}

/// Says it, past the capture of the test harness, when there are fewer than there should be.
fn scaled(test: &str, number: usize) -> usize {
    if number < CROWD {
        let line = format!("SCALED {test}: {number} connections, not {CROWD}: too few files\n");
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    number
}

/// Connections that say nothing.
struct Idle {
    silent: Vec<TcpStream>,
    shaken: Vec<Raw>,
}

impl Idle {
    async fn arrive(served: &Served, number: usize) -> Self {
        let mut idle = Self {
            silent: Vec::new(),
            shaken: Vec::new(),
        };
        for index in 0..number {
            if index < SHAKEN {
                idle.shaken.push(served.raw(BOTH[index % 2]).await);
            } else {
                idle.silent.push(connected(served.address).await);
            }
            // None waits in the backlog, which has an end.
            let open = i64::try_from(index + 1).unwrap();
            served.until_connections(open).await;
        }
        idle
    }
}

async fn connected(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

#[tokio::test]
async fn a_review_is_answered_in_a_crowd_and_the_crowd_is_sent_home() {
    let number = crowd("a_review_is_answered_in_a_crowd_and_the_crowd_is_sent_home");
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_connections: number + 1,
        ..WebhookLimits::default()
    };
    let patience = limits.handshake_timeout.max(limits.header_timeout);
    let served = scene.serve_within(limits).await;
    let time = StoppedTime::begin();
    let idle = Idle::arrive(&served, number).await;
    assert_eq!(idle.silent.len() + idle.shaken.len(), number);

    for protocol in BOTH {
        let mut client = served.client(protocol).await;
        assert_eq!(client.review(review(None)).await.status, 200);
        drop(client);
        served
            .until_connections(i64::try_from(number).unwrap())
            .await;
    }
    // And the farewell of those that have shaken hands.
    time.pass(patience + A_MOMENT).await;
    time.pass(Duration::from_secs(3)).await;
    served.until_connections(0).await;
    drop(idle);
    let mut client = served.client(Protocol::Http2).await;
    assert_eq!(client.review(review(None)).await.status, 200);
}

#[tokio::test]
async fn a_crowd_beyond_the_limit_waits_outside_and_is_counted() {
    let scene = Scene::new();
    let limits = WebhookLimits {
        max_connections: 3,
        ..WebhookLimits::default()
    };
    let patience = limits.handshake_timeout;
    let served = scene.serve_within(limits).await;
    let time = StoppedTime::begin();
    let mut known = served.client(Protocol::Http2).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(connected(served.address).await);
    }
    served.until_connections(3).await;
    // Who is in is served, however many wait.
    for _ in 0..3 {
        assert_eq!(known.review(review(None)).await.status, 200);
    }
    assert_eq!(served.metrics.connections(), 3);
    let metrics = known.get("/metrics").await.body;
    let name = "aws_iam_authenticator_webhook_limited_total";
    assert!(
        metrics.contains(&format!("{name}{{limit=\"connections\"}} ")),
        "{metrics}"
    );
    // The silent ones are let go two by two, and then it is the turn of whoever comes.
    let newcomer = tokio::spawn({
        let (trust, address) = (scene.trust(), served.address);
        async move {
            let stream = trust.connect(address, Protocol::Http1).await.unwrap();
            let mut client = crate::client::Client::over(stream, Protocol::Http1).await;
            client.review(review(None)).await.status
        }
    });
    for _ in 0..10 {
        assert!(!newcomer.is_finished());
        time.pass(patience + A_MOMENT).await;
        assert_eq!(known.review(review(None)).await.status, 200);
    }
    assert_eq!(newcomer.await.unwrap(), 200);
}

#[tokio::test]
async fn the_end_does_not_wait_for_a_crowd() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let time = StoppedTime::begin();
    let idle = Idle::arrive(&served, 300).await;
    served.shutdown.cancel();
    time.pass(Duration::from_secs(3)).await;
    assert_eq!(served.stopped().await.cut, 0);
    drop(idle);
}
