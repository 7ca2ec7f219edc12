//! `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=…`: presigned requests.

use super::super::{ALGORITHM, SignatureFault};
use super::{Claim, Parts, Place, incomplete};
use crate::aws::parameters::Parameters;

/// The one parameter that the signature cannot cover.
pub(in crate::aws::sigv4) const SIGNATURE: &str = "X-Amz-Signature";

const ALGORITHM_NAME: &str = "X-Amz-Algorithm";
const CREDENTIAL: &str = "X-Amz-Credential";
const DATE: &str = "X-Amz-Date";
const EXPIRES: &str = "X-Amz-Expires";
const SIGNED_HEADERS: &str = "X-Amz-SignedHeaders";
const SESSION_TOKEN: &str = "X-Amz-Security-Token";

/// The longest that SigV4 allows: seven days.
const LONGEST: u32 = 604_800;

/// Whether a query wants to be a presigned one.
pub(super) fn is_signed(query: &Parameters) -> bool {
    [ALGORITHM_NAME, CREDENTIAL, SIGNATURE]
        .iter()
        .any(|it| query.get(it).is_some())
}

pub(super) fn claim(query: &Parameters) -> Result<Claim, SignatureFault> {
    if required(query, ALGORITHM_NAME)? != ALGORITHM {
        return Err(incomplete(
            "Unsupported AWS 'algorithm': expected 'AWS4-HMAC-SHA256'.",
        ));
    }
    let expires = required(query, EXPIRES)?.parse::<u32>();
    if !expires.is_ok_and(|it| (1..=LONGEST).contains(&it)) {
        return Err(incomplete(
            "X-Amz-Expires must be a number of seconds from 1 to 604800.",
        ));
    }
    Claim::new(
        Place::Query,
        Parts {
            credential: required(query, CREDENTIAL)?,
            date: required(query, DATE)?,
            session_token: query.get(SESSION_TOKEN),
            signed_headers: required(query, SIGNED_HEADERS)?,
            signature: required(query, SIGNATURE)?,
        },
    )
}

fn required<'a>(query: &'a Parameters, name: &'static str) -> Result<&'a str, SignatureFault> {
    query.get(name).filter(|it| !it.is_empty()).ok_or_else(|| {
        incomplete(&format!(
            "AWS query-string parameters must include '{name}'. Re-examine the query-string \
             parameters."
        ))
    })
}
