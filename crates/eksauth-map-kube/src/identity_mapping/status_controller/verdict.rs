//! What the status of an object should be.

use eksauth_token::{Arn, ArnError};

use crate::IamIdentityMapping;

/// What is to be done about a status.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is right.
    Written,
    /// It should have this canonical ARN.
    Synced { arn: String },
    /// It should have none.
    Invalid {
        why: String,
        /// It has one.
        stale: bool,
    },
}

pub(super) fn verdict(object: &IamIdentityMapping) -> Verdict {
    let status = object.status.as_ref();
    let written = status.and_then(|status| status.canonical_arn.as_deref());
    match canonical(&object.spec.arn) {
        Ok(arn) if written == Some(&arn) => Verdict::Written,
        Ok(arn) => Verdict::Synced { arn },
        Err(error) => Verdict::Invalid {
            why: error.to_string(),
            stale: written.is_some(),
        },
    }
}

fn canonical(arn: &str) -> Result<String, ArnError> {
    let lower = arn.to_ascii_lowercase();
    Ok(Arn::parse(&lower)?.canonical()?.into_owned())
}
