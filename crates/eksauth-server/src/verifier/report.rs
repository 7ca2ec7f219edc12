//! What a verifier tells the log. Nothing of who signed, which only those may tell who know which accounts
//! are scrubbed.

use std::error::Error;

use eksauth_token::{PresignedUrl, Problem};

use super::{Verdict, VerifyError};

/// At debug level alone: whoever sends bad tokens also says how many lines there are.
pub(super) fn refused(problem: &Problem) {
    tracing::debug!(%problem, "refused a token without asking STS");
}

/// What came of a call of STS. That it cannot say is a warning where it has answered before.
pub(super) fn asked(url: &PresignedUrl, verdict: &Verdict, has_answered: bool) {
    let sts = url.host();
    match verdict {
        Ok(_) => tracing::debug!(sts, "STS says who signed a token"),
        Err(
            error @ (VerifyError::Unavailable(_)
            | VerifyError::UnexpectedAnswer(_)
            | VerifyError::Throttled { .. }),
        ) if has_answered => {
            let error: &dyn Error = error;
            tracing::warn!(sts, error, "STS cannot say who signed a token");
        }
        Err(error) => {
            let error: &dyn Error = error;
            tracing::debug!(sts, error, "STS does not say who signed a token");
        }
    }
}
