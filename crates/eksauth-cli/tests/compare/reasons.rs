//! Why answers differ.

use crate::difference::Difference;

/// A difference that is meant.
struct Reason {
    applies: fn(&Difference) -> bool,
    text: &'static str,
}

const REASONS: &[Reason] = &[];

/// The reason, in a sentence.
pub(crate) fn of(difference: &Difference) -> &'static str {
    let mut reasons = REASONS.iter();
    reasons
        .find(|it| (it.applies)(difference))
        .unwrap_or_else(|| panic!("expected a reason for {difference:#?}, but found none"))
        .text
}
