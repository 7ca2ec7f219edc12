//! The limit of calls.

use super::*;

/// One call after the other, each for an instance of its own.
async fn calls_in(names: &PrivateDnsNames, ec2: &FakeEc2, time: Duration) -> usize {
    let end = Instant::now() + time;
    let mut number = 0;
    loop {
        match tokio::time::timeout_at(end, names.name(&id(number))).await {
            Ok(name) => name.unwrap(),
            Err(_) => return ec2.calls().len(),
        };
        number += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_are_limited_to_the_rate_after_the_burst() {
    let ec2 = FakeEc2::default();
    let names = PrivateDnsNames::new(ec2.clone(), DescribeRate::new(2, 3).unwrap());
    let calls = calls_in(&names, &ec2, Duration::from_millis(9_999)).await;
    assert!((21..=23).contains(&calls), "{calls}");
}

#[tokio::test(start_paused = true)]
async fn instances_that_wait_for_the_rate_share_a_call() {
    let ec2 = FakeEc2::default();
    let names = PrivateDnsNames::new(ec2.clone(), DescribeRate::new(1, 1).unwrap());
    names.name(&id(0)).await.unwrap();
    let waiting = (1..=100).map(|number| {
        let names = names.clone();
        async move { names.name(&id(number)).await.unwrap() }
    });
    futures_util::future::join_all(waiting).await;
    let counts: Vec<usize> = ec2.calls().iter().map(|it| it.ids.len()).collect();
    assert_eq!(counts, [1, 100]);
    let between = ec2.calls()[1].at - ec2.calls()[0].at;
    assert!(between >= Duration::from_secs(1), "{between:?}");
}

#[tokio::test(start_paused = true)]
async fn further_pages_and_attempts_are_calls_too() {
    let ec2 = FakeEc2::default().in_pages_of(1);
    let names = PrivateDnsNames::new(ec2.clone(), DescribeRate::new(1, 1).unwrap());
    ec2.fail([DescribeError::Throttled { status: 503 }]);
    let start = Instant::now();
    let both = [1, 2].map(|number| {
        let names = names.clone();
        async move { names.name(&id(number)).await.unwrap() }
    });
    futures_util::future::join_all(both).await;
    assert_eq!(ec2.calls().len(), 3);
    assert!(
        start.elapsed() >= Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn no_calls_per_second_mean_no_limit() {
    let ec2 = FakeEc2::default();
    let names = unlimited(&ec2);
    // Only the gathering takes time.
    let calls = calls_in(&names, &ec2, Duration::from_secs(1)).await;
    assert!(calls >= 20, "{calls}");
}

#[test]
fn a_rate_without_a_burst_is_refused() {
    assert_eq!(DescribeRate::new(15, 0), Err(InvalidDescribeRate));
    assert_eq!(DescribeRate::new(0, 0), Err(InvalidDescribeRate));
    assert_eq!(DescribeRate::new(15, 5), Ok(DescribeRate::default()));
}
