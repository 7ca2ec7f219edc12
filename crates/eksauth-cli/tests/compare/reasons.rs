//! Why answers differ.

use crate::difference::Difference;

/// A difference that is meant.
struct Reason {
    explains: fn(&Difference) -> bool,
    text: &'static str,
}

/// The first that explains a difference counts.
const REASONS: &[Reason] = &[
    Reason {
        explains: |it| it.question == KEYS || it.field.contains("_latency_seconds_count{"),
        text: "The names in a TokenReview are read as the Kubernetes API spells them, and not in other cases, \
               which no API server sends. The counters of results show it.",
    },
    Reason {
        explains: |it| it.field == "header `allow`",
        text: "With 405 comes `Allow`, as HTTP asks for.",
    },
    Reason {
        explains: |it| it.field == "`apiVersion`" || it.field == "`kind`",
        text: "An answer is in the version of TokenReview that the request names. Without one it is as \
               aws-iam-authenticator sends it.",
    },
    Reason {
        explains: |it| it.field == "`status.error`",
        text: "A refusal says of which kind it is. More than that is in the log and in the audit log.",
    },
    Reason {
        explains: |it| it.field.starts_with("aws_iam_authenticator_dynamic_file_"),
        text: "These gauges say which backends are in force, wherever that is configured.",
    },
];

const KEYS: &str = "keys in another case";

/// The reason, in a sentence.
///
/// # Panics
///
/// When there is none: the difference is a fault, or something that operators must be told.
pub(crate) fn of(difference: &Difference) -> &'static str {
    let mut reasons = REASONS.iter();
    reasons
        .find(|it| (it.explains)(difference))
        .unwrap_or_else(|| panic!("expected a reason for {difference:#?}, but found none"))
        .text
}
