use tokio::time::advance;

use super::*;
use crate::{Outage, StsErrorCode};

const IN_A_ROW: u32 = 3;

fn undecided() -> Undecided {
    Undecided::new(&Limits {
        calls_per_token: NonZeroU32::new(IN_A_ROW).unwrap(),
        remembered_rejections: 10,
        ..Limits::default()
    })
}

fn down(status: u16) -> VerifyError {
    VerifyError::Unavailable(Outage::Server { status })
}

fn denied() -> VerifyError {
    VerifyError::Denied {
        status: 403,
        code: StsErrorCode::parse("AccessDenied").unwrap(),
    }
}

/// Asks as long as it may, in vain; how often that was.
fn asked_in_vain(undecided: &Undecided, key: TokenKey, tries: usize) -> usize {
    let ask = |_: &usize| {
        let may = undecided.may_ask(&key).is_ok();
        if may {
            undecided.asked(key, &Err(down(503)));
        }
        may
    };
    (0..tries).filter(ask).count()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_a_few_times_in_a_row_and_then_once_a_second() {
    let undecided = undecided();
    let key = TokenKey::of("a");
    assert_eq!(asked_in_vain(&undecided, key, 100), 3);
    advance(Duration::from_millis(999)).await;
    assert_eq!(asked_in_vain(&undecided, key, 100), 0);
    advance(Duration::from_millis(1)).await;
    assert_eq!(asked_in_vain(&undecided, key, 100), 1);
    advance(Duration::from_hours(1)).await;
    assert_eq!(asked_in_vain(&undecided, key, 100), 3);
}

#[tokio::test(start_paused = true)]
async fn in_between_the_last_answer_is_told_again() {
    let undecided = undecided();
    let key = TokenKey::of("a");
    for status in [500, 502, 503] {
        undecided.may_ask(&key).unwrap();
        undecided.asked(key, &Err(down(status)));
    }
    assert_eq!(undecided.may_ask(&key), Err(down(503)));
}

#[tokio::test(start_paused = true)]
async fn another_token_has_calls_of_its_own() {
    let undecided = undecided();
    assert_eq!(asked_in_vain(&undecided, TokenKey::of("a"), 100), 3);
    assert_eq!(asked_in_vain(&undecided, TokenKey::of("b"), 100), 3);
}

#[tokio::test(start_paused = true)]
async fn a_decision_or_a_forgetting_ends_the_counting() {
    let undecided = undecided();
    let key = TokenKey::of("a");
    assert_eq!(asked_in_vain(&undecided, key, 100), 3);
    undecided.asked(key, &Err(denied()));
    assert_eq!(asked_in_vain(&undecided, key, 100), 3);
    undecided.clear();
    assert_eq!(asked_in_vain(&undecided, key, 100), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_not_made_does_not_count_and_is_not_told_again() {
    let undecided = undecided();
    let key = TokenKey::of("a");
    let retry_after = Duration::from_secs(1);
    for _ in 0..100 {
        undecided.may_ask(&key).unwrap();
        undecided.asked(key, &Err(VerifyError::Overloaded { retry_after }));
    }
    assert_eq!(asked_in_vain(&undecided, key, 100), 3);
    undecided.asked(key, &Err(VerifyError::Overloaded { retry_after }));
    assert_eq!(undecided.may_ask(&key), Err(down(503)));
}

#[tokio::test(start_paused = true)]
async fn never_more_tokens_are_counted_than_there_are_places() {
    let undecided = undecided();
    for number in 0..1_000 {
        let key = TokenKey::of(&number.to_string());
        undecided.asked(key, &Err(down(503)));
    }
    assert!(undecided.tokens.len() <= 10, "{}", undecided.tokens.len());
}
