mod batches;
mod fake;
mod memory;
mod rates;

use std::time::Duration;

use tokio::time::{Instant, advance};

use super::*;
use fake::{FakeEc2, id};

/// Names as fast as EC2 tells them.
fn unlimited(ec2: &FakeEc2) -> PrivateDnsNames {
    PrivateDnsNames::new(ec2.clone(), DescribeRate::new(0, 1).unwrap())
}

/// Lets every task run as far as it gets.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_ends_the_waiting() {
    let ec2 = FakeEc2::default().silent();
    let names = unlimited(&ec2);
    let start = Instant::now();
    let limit = PrivateDnsNames::PATIENCE;
    assert_eq!(
        names.name(&id(1)).await,
        Err(PrivateDnsError::TimedOut { limit })
    );
    assert_eq!(start.elapsed(), limit);
}

#[tokio::test(start_paused = true)]
async fn the_call_goes_on_when_nobody_waits_any_more() {
    let ec2 = FakeEc2::default().slow(Duration::from_secs(1));
    let names = unlimited(&ec2);
    let waiting = tokio::spawn({
        let names = names.clone();
        async move { names.name(&id(1)).await }
    });
    settle().await;
    waiting.abort();
    settle().await;
    advance(Duration::from_secs(1)).await;
    settle().await;
    assert_eq!(&*names.name(&id(1)).await.unwrap(), "ip-1.internal");
    assert_eq!(ec2.calls().len(), 1);
}

#[test]
fn a_runtime_that_ends_leaves_nothing_behind_for_the_next_one() {
    let ec2 = FakeEc2::default().slow(Duration::from_secs(1));
    let names = unlimited(&ec2);
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap()
    };
    runtime().block_on(async {
        let names = names.clone();
        tokio::spawn(async move { names.name(&id(1)).await });
        settle().await;
    });
    assert_eq!(ec2.calls().len(), 1);
    let name = runtime().block_on(names.name(&id(1)));
    assert_eq!(&*name.unwrap(), "ip-1.internal");
}
