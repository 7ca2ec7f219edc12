//! Calls that are worth another try. Time is paused, so that the SDK's pauses between attempts take
//! none.

use super::script::Script;
use super::*;

fn throttled() -> (u16, Value) {
    (
        429,
        json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" }),
    )
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_throttled_is_repeated() {
    let script = Script::of(&[
        throttled(),
        throttled(),
        (200, json!({ "cluster": description() })),
    ]);
    let lookup = script.lookup(context([], ""));
    lookup.describe("prod").await.unwrap();
    assert_eq!(script.urls().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_stays_throttled_is_told_as_such() {
    let script = Script::of(&[throttled(), throttled(), throttled()]);
    let lookup = script.lookup(context([], ""));
    let error = lookup.describe("prod").await.unwrap_err();
    assert!(
        matches!(error, DescribeError::Throttled { .. }),
        "{error:?}"
    );
    let told = told(&error);
    assert!(told.contains("try again in a minute"), "{told}");
    assert!(told.ends_with(": Rate exceeded"), "{told}");
}
