use std::error::Error as _;

use super::*;

#[test]
fn an_overload_tells_the_wait_in_whole_seconds_and_never_too_little() {
    for (wait, told) in [(1, "1 s"), (1_000, "1 s"), (1_001, "2 s"), (59_500, "60 s")] {
        let retry_after = Duration::from_millis(wait);
        let error = VerifyError::Overloaded { retry_after }.to_string();
        assert!(error.ends_with(&format!("try again in {told}")), "{error}");
    }
}

#[test]
fn each_error_says_one_thing_and_leaves_the_rest_to_its_source() {
    for (error, source) in [
        (
            VerifyError::Token(Problem::MalformedUrl),
            Some(Problem::MalformedUrl.to_string()),
        ),
        (
            VerifyError::Unavailable(Outage::Server { status: 503 }),
            Some("expected HTTP 200, but found 503".to_owned()),
        ),
        (
            VerifyError::UnexpectedAnswer(UnexpectedAnswer::TooLong { limit: 65_536 }),
            Some("expected at most 65536 bytes, but found more".to_owned()),
        ),
        (VerifyError::Throttled { status: 400 }, None),
    ] {
        let found = error.source().map(ToString::to_string);
        assert_eq!(found, source);
        if let Some(source) = source {
            assert!(!error.to_string().contains(&source), "{error}");
        }
    }
}
