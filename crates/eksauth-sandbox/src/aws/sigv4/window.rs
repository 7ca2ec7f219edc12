//! How long after its date a signature counts.

use jiff::{SignedDuration, Timestamp};

use super::SignatureFault;
use super::claim::{AmzDate, Claim, Place};

/// So far may the clocks of signer and AWS be apart, either way.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Checks the date of a signature. A presigned request counts for `presigned_lifetime`, whatever
/// its `X-Amz-Expires` says: that is how STS has it.
pub(in crate::aws) fn check_window(
    claim: &Claim,
    now: Timestamp,
    presigned_lifetime: SignedDuration,
) -> Result<(), SignatureFault> {
    let signed = claim.date.at();
    let now_text = AmzDate::text_of(now);
    let date = claim.date.text();
    if signed.duration_since(now) > SKEW {
        let latest = AmzDate::text_of(now.checked_add(SKEW).unwrap_or(now));
        return Err(SignatureFault::OutOfDate(format!(
            "Signature not yet current: {date} is still later than {latest} ({now_text} + 5 min.)"
        )));
    }
    let age = now.duration_since(signed);
    match claim.place {
        Place::Query if age > presigned_lifetime => Err(SignatureFault::PresignedExpired),
        Place::Header if age > SKEW => {
            let earliest = AmzDate::text_of(now.checked_sub(SKEW).unwrap_or(now));
            Err(SignatureFault::OutOfDate(format!(
                "Signature expired: {date} is now earlier than {earliest} ({now_text} - 5 min.)"
            )))
        }
        _ => Ok(()),
    }
}
