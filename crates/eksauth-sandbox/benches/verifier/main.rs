//! What verifying costs, against the floor of a bare request over TLS to the same STS, in one run.
//!
//! Everything is in one process on loopback: client, verifier, and the sandbox's STS with its check of
//! the signature. So a verification that asks STS pays for both ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its table, and stops when something is wrong"
)]

mod floor;
mod memory;
mod samples;
mod tokens;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::Sandbox;
use eksauth_server::{ConnectTo, Limits, StsConnection, Verifier, VerifyError};
use eksauth_token::{ClusterId, Partition, Policy};

use floor::Floor;
use samples::Samples;
use tokens::Tokens;

/// More than a benchmark can do: the limits are not what is measured.
const UNLIMITED: std::num::NonZeroU32 = std::num::NonZeroU32::new(1_000_000).unwrap();

const CALLS: usize = 2_000;
const CALLERS: usize = 16;

fn main() {
    // Cargo passes flags of the test harness, and `--test` when it only wants to see it run.
    let quick = std::env::args().any(|it| it == "--test");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run(if quick { 20 } else { CALLS }));
}

async fn run(calls: usize) {
    let sandbox = Sandbox::builder(SystemTimeSource::new())
        .start()
        .await
        .unwrap();
    let verifier = verifier(&sandbox);
    let tokens = Tokens::new(&sandbox);

    println!(
        "{:<46} {:>9} {:>9} {:>9} {:>11} {:>7}",
        "", "p50 us", "p99 us", "mean us", "per second", "x floor"
    );
    let mut floor = Floor::connect(&sandbox).await;
    let bare = Samples::one_by_one(calls, async |_| floor.request().await).await;
    bare.print("a bare request over TLS (floor)", &bare);

    let distinct = tokens.distinct(calls);
    let asked = Samples::one_by_one(calls, async |n| {
        verifier.verify(&distinct[n]).await.unwrap();
    })
    .await;
    asked.print("distinct tokens, STS asked", &bare);

    let cached = Samples::one_by_one(calls, async |n| {
        verifier.verify(&distinct[n]).await.unwrap();
    })
    .await;
    cached.print("the same tokens again", &bare);

    let malformed = tokens.malformed(calls);
    let refused = Samples::one_by_one(calls, async |n| {
        let verdict = verifier.verify(&malformed[n]).await;
        assert!(matches!(verdict, Err(VerifyError::Token(_))));
    })
    .await;
    refused.print("malformed tokens", &bare);

    verifier.forget();
    let side_by_side = tokens.distinct(calls);
    let verifying = {
        let verifier = verifier.clone();
        move |token: String| {
            let verifier = verifier.clone();
            async move {
                verifier.verify(&token).await.unwrap();
            }
        }
    };
    let together = Samples::side_by_side(side_by_side.clone(), CALLERS, verifying.clone()).await;
    together.print(&format!("distinct tokens, {CALLERS} callers"), &bare);
    let together = Samples::side_by_side(side_by_side, CALLERS, verifying).await;
    together.print(&format!("the same tokens again, {CALLERS} callers"), &bare);

    memory::flood(&verifier, &tokens, calls).await;
    sandbox.stop().await;
}

fn verifier(sandbox: &Sandbox) -> Verifier {
    let connection = StsConnection::new()
        .without_system_roots()
        .with_roots(sandbox.ca_pem().as_bytes())
        .unwrap()
        .with_connect_to(ConnectTo::everything_to(sandbox.aws_address()));
    let limits = Limits {
        calls_per_second: UNLIMITED,
        burst: UNLIMITED,
        ..Limits::default()
    };
    let cluster = ClusterId::new("demo").unwrap();
    Verifier::builder(
        cluster,
        Policy::new(Partition::Aws),
        SystemTimeSource::new(),
    )
    .connection(connection)
    .limits(limits)
    .build()
    .unwrap()
}
