use std::num::NonZeroU32;

use tokio::time::advance;

use super::*;

fn limit(calls_per_second: u32, burst: u32) -> RateLimit {
    RateLimit::new(&Limits {
        calls_per_second: NonZeroU32::new(calls_per_second).unwrap(),
        burst: NonZeroU32::new(burst).unwrap(),
        ..Limits::default()
    })
}

fn taken(limit: &RateLimit, tries: usize) -> usize {
    (0..tries).filter(|_| limit.take().is_ok()).count()
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_allowed_and_then_the_rate() {
    let limit = limit(10, 30);
    assert_eq!(taken(&limit, 100), 30);
    advance(Duration::from_secs(1)).await;
    assert_eq!(taken(&limit, 100), 10);
    advance(Duration::from_millis(99)).await;
    assert_eq!(taken(&limit, 100), 0);
    advance(Duration::from_millis(1)).await;
    assert_eq!(taken(&limit, 100), 1);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_time_gives_no_more_than_the_burst() {
    let limit = limit(10, 30);
    advance(Duration::from_hours(24)).await;
    assert_eq!(taken(&limit, 100), 30);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_when_there_may_be_a_call_and_there_may() {
    let limit = limit(4, 1);
    limit.take().unwrap();
    advance(Duration::from_millis(50)).await;
    let Err(VerifyError::Overloaded { retry_after }) = limit.take() else {
        panic!("the second call is too early");
    };
    assert_eq!(retry_after, Duration::from_millis(200));
    advance(retry_after).await;
    limit.take().unwrap();
}
