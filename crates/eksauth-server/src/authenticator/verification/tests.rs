use std::cell::RefCell;
use std::future::pending;

use super::*;
use crate::Outage;

fn throttled() -> Verdict {
    Err(VerifyError::Throttled { status: 429 })
}

fn down() -> Verdict {
    Err(VerifyError::Unavailable(Outage::Server { status: 500 }))
}

/// When it was asked, and what came of it in the end, if this is answered one after the other.
async fn asked(answers: Vec<Verdict>, otherwise: Verdict) -> (Vec<Duration>, Verdict) {
    let start = Instant::now();
    let times = RefCell::new(Vec::new());
    let answers = RefCell::new(answers.into_iter());
    let verdict = until_not_throttled(PATIENCE, || async {
        times.borrow_mut().push(start.elapsed());
        let next = answers.borrow_mut().next();
        next.unwrap_or_else(|| otherwise.clone())
    })
    .await;
    (times.into_inner(), verdict)
}

#[tokio::test(start_paused = true)]
async fn after_throttling_it_is_asked_again_at_growing_intervals() {
    let (times, verdict) = asked(vec![throttled(), throttled(), throttled()], down()).await;
    assert_eq!(verdict, down());
    let pauses: Vec<u128> = times
        .windows(2)
        .map(|it| (it[1] - it[0]).as_millis())
        .collect();
    assert!(
        matches!(*pauses, [125..=251, 250..=501, 500..=1001]),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_but_throttling_is_asked_again() {
    let (times, verdict) = asked(vec![down()], throttled()).await;
    assert_eq!(verdict, down());
    assert_eq!(times.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn throttling_without_end_is_told_within_the_budget() {
    let start = Instant::now();
    let (times, verdict) = asked(Vec::new(), throttled()).await;
    assert_eq!(verdict, throttled());
    assert!(start.elapsed() <= PATIENCE, "{:?}", start.elapsed());
    // So it is used, but nobody is hammered.
    assert!(start.elapsed() > PATIENCE - LONGEST_PAUSE);
    assert!((5..=11).contains(&times.len()), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_ends_with_the_budget() {
    let start = Instant::now();
    let is_first = RefCell::new(true);
    let verdict = until_not_throttled(PATIENCE, || async {
        match is_first.replace(false) {
            true => throttled(),
            false => pending().await,
        }
    })
    .await;
    assert_eq!(verdict, throttled());
    assert_eq!(start.elapsed(), PATIENCE);
}

#[tokio::test(start_paused = true)]
async fn without_patience_throttling_is_told_at_once() {
    let start = Instant::now();
    let asked = RefCell::new(0);
    let verdict = until_not_throttled(Duration::ZERO, || async {
        *asked.borrow_mut() += 1;
        throttled()
    })
    .await;
    assert_eq!((verdict, asked.into_inner()), (throttled(), 1));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn those_who_were_throttled_together_do_not_come_back_together() {
    let mut pauses: Vec<Duration> = (0..100).map(|_| with_jitter(LONGEST_PAUSE)).collect();
    pauses.sort();
    pauses.dedup();
    assert!(pauses.len() > 50, "{}", pauses.len());
    assert!(
        pauses
            .iter()
            .all(|it| (LONGEST_PAUSE / 2..=LONGEST_PAUSE).contains(it))
    );
}
