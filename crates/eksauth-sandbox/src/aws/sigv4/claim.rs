//! What a request says about its own signature.

mod amz_date;
mod header;
mod query;

use std::fmt;

use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use super::{Scope, SignatureFault};
use crate::aws::parameters::Malformed;
use crate::aws::received::Received;

pub(in crate::aws) use amz_date::AmzDate;
pub(super) use query::SIGNATURE as SIGNATURE_PARAMETER;

/// A signature and what comes with it, wherever in the request it stands.
pub(in crate::aws) struct Claim {
    pub(in crate::aws) place: Place,
    pub(in crate::aws) access_key_id: String,
    pub(in crate::aws) scope: Scope,
    pub(in crate::aws) date: AmzDate,
    pub(in crate::aws) session_token: Option<Zeroizing<String>>,
    /// Names in lower case, sorted, each once.
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: Zeroizing<String>,
}

/// Where a signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::aws) enum Place {
    Header,
    /// The request is presigned.
    Query,
}

impl Claim {
    /// The signature of a request; `None` when it has none at all.
    pub(in crate::aws) fn of(request: &Received) -> Result<Option<Self>, SignatureFault> {
        let query = request.query().map_err(|malformed| match malformed {
            Malformed::Encoding => SignatureFault::MalformedQuery,
            Malformed::Repeated => incomplete("Query-string parameters must be given only once."),
        })?;
        let in_header = request.headers().contains_key(AUTHORIZATION);
        match (query::is_signed(query), in_header) {
            (false, false) => Ok(None),
            (true, false) => query::claim(query).map(Some),
            (false, true) => header::claim(request).map(Some),
            (true, true) => Err(incomplete(
                "Only one of the Authorization header and signature parameters is allowed.",
            )),
        }
    }

    fn new(place: Place, parts: Parts<'_>) -> Result<Self, SignatureFault> {
        let (access_key_id, scope) = Scope::split(parts.credential)?;
        let date = AmzDate::parse(parts.date).ok_or_else(|| {
            incomplete("Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601")
        })?;
        Ok(Self {
            place,
            access_key_id: access_key_id.to_owned(),
            scope,
            date,
            session_token: parts.session_token.map(|it| Zeroizing::new(it.to_owned())),
            signed_headers: signed_headers(parts.signed_headers)?,
            signature: Zeroizing::new(parts.signature.to_owned()),
        })
    }
}

/// The parts of a signature, none of them understood yet.
struct Parts<'a> {
    credential: &'a str,
    date: &'a str,
    session_token: Option<&'a str>,
    signed_headers: &'a str,
    signature: &'a str,
}

fn signed_headers(text: &str) -> Result<Vec<String>, SignatureFault> {
    let names: Vec<_> = text.split(';').map(str::to_owned).collect();
    let lower_case = |name: &String| {
        !name.is_empty()
            && !name
                .bytes()
                .any(|b| b.is_ascii_uppercase() || b.is_ascii_whitespace())
    };
    if names.iter().all(lower_case) && names.is_sorted_by(|a, b| a < b) {
        Ok(names)
    } else {
        Err(incomplete(
            "SignedHeaders must be names in lower case, sorted, separated by semicolons, each once.",
        ))
    }
}

fn incomplete(text: &str) -> SignatureFault {
    SignatureFault::Incomplete(text.to_owned())
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("place", &self.place)
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope)
            .field("date", &self.date)
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}
